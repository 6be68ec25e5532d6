/* A fuzzer is a file fuzz/fuzz_NAME.c with these two functions; driver.c does the rest. */
#ifndef BOXSHIM_FUZZ_H
#define BOXSHIM_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* A valid input to mutate, number 0, 1, …: writes at most `capacity` bytes, returns their number; 0: there are no more. */
size_t fuzz_seed(unsigned number, uint8_t *bytes, size_t capacity);
/* Must neither crash nor read outside (ASan and UBSan watch), whatever the bytes. libFuzzer's name, so that it can drive them too. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
