"""Runs a program on a pseudo-terminal of its own and is driven by lines of JSON on stdin:
{"write": base64}, {"resize": [rows, columns]}, {"signal": number}, {"modes": true}.
Answers with lines of JSON on stdout: {"data": base64}, {"modes": [iflag, oflag, lflag]}, {"exit": code}."""
import base64, fcntl, json, os, select, signal, struct, sys, termios

rows, columns = int(sys.argv[1]), int(sys.argv[2])


def size(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def say(**message):
    os.write(1, (json.dumps(message) + "\n").encode())


master, slave = os.openpty()
size(slave, rows, columns)
child = os.fork()
if child == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for fd in (0, 1, 2):
        os.dup2(slave, fd)
    os.closerange(3, 256)
    os.execvp(sys.argv[3], sys.argv[3:])

# The slave stays open here: its modes can be asked for after the program ended, and reading never fails.
pidfd = os.pidfd_open(child)
commands = b""
running = True
while True:
    ready, _, _ = select.select([0, master] + ([pidfd] if running else []), [], [])
    if master in ready:
        say(data=base64.b64encode(os.read(master, 65536)).decode())
        continue
    if pidfd in ready:
        running = False
        _, status = os.waitpid(child, 0)
        say(exit=os.waitstatus_to_exitcode(status))
    if 0 in ready:
        chunk = os.read(0, 65536)
        if not chunk:
            break
        commands += chunk
        *lines, commands = commands.split(b"\n")
        for line in lines:
            command = json.loads(line)
            if "write" in command:
                os.write(master, base64.b64decode(command["write"]))
            elif "resize" in command:
                size(master, *command["resize"])
            elif "signal" in command:
                os.kill(child, command["signal"])
            elif "modes" in command:
                iflag, oflag, _, lflag, *_ = termios.tcgetattr(slave)
                say(modes=[iflag, oflag, lflag])
if running:
    os.kill(child, signal.SIGKILL)
