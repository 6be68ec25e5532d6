import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { BoxError } from '@boxyard/spec';

/** Where things lie (docs/architecture.md, "On disk"). One object, so that no other file joins these names. */
export class Paths {
  readonly root: string;
  readonly run: string;

  constructor(root: string, run: string) {
    this.root = root;
    this.run = run;
  }

  get database(): string {
    return join(this.root, 'db.sqlite');
  }
  get backups(): string {
    return join(this.root, 'backups');
  }
  get lock(): string {
    return join(this.root, 'lock');
  }
  get containers(): string {
    return join(this.root, 'containers');
  }
  get runContainers(): string {
    return join(this.run, 'containers');
  }
  container(id: string): string {
    return join(this.root, 'containers', id);
  }
  containerRecord(id: string): string {
    return join(this.root, 'containers', id, 'container.json');
  }
  log(id: string): string {
    return join(this.root, 'containers', id, 'log');
  }
  get volumes(): string {
    return join(this.root, 'volumes');
  }
  volume(name: string): string {
    return join(this.root, 'volumes', name);
  }
  /** What boxes see of a volume. */
  volumeData(name: string): string {
    return join(this.root, 'volumes', name, '_data');
  }
  volumeRecord(name: string): string {
    return join(this.root, 'volumes', name, 'volume.json');
  }
  /** There while a volume waits for what its first container's image holds, or that is being copied. */
  volumeFilling(name: string): string {
    return join(this.root, 'volumes', name, 'filling');
  }
  runOf(id: string): string {
    return join(this.run, 'containers', id);
  }

  /** What the administrator says about registries; read at every call to one. */
  get registrySettings(): string {
    return join(this.root, 'registries.toml');
  }
  /** The agent's own credentials, in Docker's form. */
  get registryCredentials(): string {
    return join(this.root, 'registry', 'config.json');
  }

  /** Makes the directories, 0700 whatever the umask and whatever they were before. */
  prepare(): void {
    for (const directory of [
      this.root,
      this.run,
      this.containers,
      this.runContainers,
      this.volumes,
      this.backups,
    ]) {
      try {
        mkdirSync(directory, { recursive: true, mode: 0o700 });
        chmodSync(directory, 0o700);
      } catch (cause) {
        throw new BoxError('UNAVAILABLE', `cannot use ${directory}: ${(cause as Error).message}`, {
          hint: 'set BOXYARD_ROOT and BOXYARD_RUN to directories this user may write to',
          cause,
        });
      }
    }
  }
}
