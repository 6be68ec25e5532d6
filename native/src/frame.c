#include "frame.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

void frame_header_write(uint8_t bytes[FRAME_HEADER_BYTES], const struct frame_header *header) {
  struct writer w = {.bytes = bytes, .capacity = FRAME_HEADER_BYTES};
  put_u8(&w, header->type);
  put_u8(&w, header->stream);
  put_u16(&w, header->channel);
  put_u32(&w, header->length);
  put_u64(&w, header->offset);
}

bool frame_header_read(const uint8_t bytes[FRAME_HEADER_BYTES], struct frame_header *header) {
  struct reader r = {.bytes = bytes, .length = FRAME_HEADER_BYTES};
  header->type = get_u8(&r);
  header->stream = get_u8(&r);
  header->channel = get_u16(&r);
  header->length = get_u32(&r);
  header->offset = get_u64(&r);
  return header->type >= FRAME_HELLO && header->type <= FRAME_CLOSE && header->length <= FRAME_MAX_BYTES;
}

void put_bytes(struct writer *w, const void *bytes, size_t length) {
  if (w->overflow || length > w->capacity - w->length) {
    w->overflow = true;
    return;
  }
  if (length > 0)
    memcpy(w->bytes + w->length, bytes, length);
  w->length += length;
}

static void put_little(struct writer *w, uint64_t value, size_t size) {
  uint8_t bytes[8];
  for (size_t i = 0; i < size; i++)
    bytes[i] = (uint8_t)(value >> (8 * i));
  put_bytes(w, bytes, size);
}

void put_u8(struct writer *w, uint8_t value) { put_little(w, value, 1); }
void put_u16(struct writer *w, uint16_t value) { put_little(w, value, 2); }
void put_u32(struct writer *w, uint32_t value) { put_little(w, value, 4); }
void put_u64(struct writer *w, uint64_t value) { put_little(w, value, 8); }

const uint8_t *get_bytes(struct reader *r, size_t length) {
  if (r->failed || length > r->length - r->at) {
    r->failed = true;
    return NULL;
  }
  const uint8_t *bytes = r->bytes + r->at;
  r->at += length;
  return bytes;
}

static uint64_t get_little(struct reader *r, size_t size) {
  const uint8_t *bytes = get_bytes(r, size);
  uint64_t value = 0;
  for (size_t i = 0; bytes && i < size; i++)
    value |= (uint64_t)bytes[i] << (8 * i);
  return value;
}

uint8_t get_u8(struct reader *r) { return (uint8_t)get_little(r, 1); }
uint16_t get_u16(struct reader *r) { return (uint16_t)get_little(r, 2); }
uint32_t get_u32(struct reader *r) { return (uint32_t)get_little(r, 4); }
uint64_t get_u64(struct reader *r) { return get_little(r, 8); }

int frame_send(int fd, enum frame_type type, uint64_t offset, const void *payload, size_t length) {
  uint8_t head[FRAME_HEADER_BYTES];
  frame_header_write(head, &(struct frame_header){.type = (uint8_t)type, .length = (uint32_t)length, .offset = offset});
  struct iovec parts[2] = {{.iov_base = head, .iov_len = sizeof head},
                           {.iov_base = (void *)(uintptr_t)payload, .iov_len = length}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  while (message.msg_iovlen > 0) {
    ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR)
      continue;
    if (sent < 0)
      return -1;
    for (size_t left = (size_t)sent; message.msg_iovlen > 0;) {
      size_t step = left < message.msg_iov->iov_len ? left : message.msg_iov->iov_len;
      message.msg_iov->iov_base = (uint8_t *)message.msg_iov->iov_base + step;
      message.msg_iov->iov_len -= step;
      left -= step;
      if (message.msg_iov->iov_len > 0)
        break;
      message.msg_iov++;
      message.msg_iovlen--;
    }
  }
  return 0;
}
