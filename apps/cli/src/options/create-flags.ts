/** The flags of `run` and `create`. */
import type { Command } from 'commander';
import { collect } from '../verb.ts';

export interface CreateFlags {
  image?: string;
  rootfs?: string;
  name?: string;
  rm?: boolean;
  interactive?: boolean;
  /** Undefined: nobody said; false: `-t=false`. */
  tty?: boolean;
  env?: string[];
  envFile?: string[];
  volume?: string[];
  tmpfs?: string[];
  workdir?: string;
  user?: string;
  hostname?: string;
  entrypoint?: string;
  label?: string[];
  readOnly?: boolean;
  stopSignal?: string;
  stopTimeout?: string;
  network?: string;
  capAdd?: string[];
  capDrop?: string[];
  securityOpt?: string[];
  ulimit?: string[];
  shmSize?: string;
  logOpt?: string[];
  tz?: string;
  umask?: string;
}

/** Adds them to a command, after `[image] [command...]`; what follows the image is the command's own. */
export function createFlags(command: Command): Command {
  return command
    .argument('[image]', 'image reference or id (left out with --image or --rootfs)')
    .argument('[command...]', "replaces the image's command")
    .passThroughOptions()
    .option('--image <image>', 'the image, if it is not the first argument')
    .option('--rootfs <directory>', 'a directory of the host as root file system, instead of an image')
    .option('--name <name>', 'name of the box; a readable one is made otherwise')
    .option('--rm', 'remove the box when it ends')
    .option('-i, --interactive', 'keep stdin open')
    .option('-t, --tty', 'give it a terminal')
    .option('--no-tty', 'no terminal, also when run from one (-t=false)')
    .option('-e, --env <key=value>', "environment variable; KEY alone takes the caller's value", collect)
    .option('--env-file <file>', 'file of environment variables, one KEY=VALUE a line', collect)
    .option('-v, --volume <source:target>', 'bind a directory or file: SOURCE:TARGET[:ro,rshared,…]', collect)
    .option('--tmpfs <target>', 'file system in memory: TARGET[:size=64m,mode=1777,…]', collect)
    .option('-w, --workdir <directory>', 'working directory')
    .option('-u, --user <user>', 'user[:group], by name or number')
    .option('--hostname <name>', 'host name (the name of the box)')
    .option('--entrypoint <program>', "replaces the image's entrypoint and drops its command; '' clears it")
    .option('-l, --label <key=value>', 'label', collect)
    .option('--read-only', 'root file system read-only')
    .option('--stop-signal <signal>', 'what "box stop" sends (SIGTERM)')
    .option('--stop-timeout <seconds>', 'time before "box stop" kills (10)')
    .option('--network <network>', 'none or host')
    .option('--cap-add <capability>', 'add a capability, or ALL', collect)
    .option('--cap-drop <capability>', 'drop a capability, or ALL', collect)
    .option('--security-opt <option>', 'no-new-privileges', collect)
    .option('--ulimit <name=soft:hard>', 'limit of its processes, like nofile=1024:4096', collect)
    .option('--shm-size <size>', 'size of /dev/shm (64m)')
    .option('--log-opt <key=value>', 'max-size=16m, max-file=4', collect)
    .option('--tz <zone>', 'time zone like Europe/Berlin, or local')
    .option('--umask <octal>', 'umask of its processes (022)');
}
