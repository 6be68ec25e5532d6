import { WebglAddon } from '@xterm/addon-webgl';
import type { Terminal } from '@xterm/xterm';

/** A browser gives a page 16 contexts and takes the oldest away for the next; half of them leaves room for other tabs of ours. */
const CONTEXTS_MAX = 8;
let contexts = 0;

/** Draws by WebGL while somebody can see the terminal, else by DOM, which is what stays where there is no WebGL. */
export class Renderer {
  readonly #terminal: Terminal;
  readonly #element: HTMLElement;
  readonly #observer: IntersectionObserver;
  readonly #update = () => this.#choose();
  #changed = () => {};
  #inView: boolean;
  #webgl: WebglAddon | undefined;
  #refused = false;

  /** `changed`: WebGL draws from now on, whose cells are whole pixels wide. Not called for the first time, which is at once. */
  constructor(terminal: Terminal, element: HTMLElement, changed: () => void) {
    this.#terminal = terminal;
    this.#element = element;
    this.#inView = element.clientWidth > 0;
    this.#choose();
    this.#changed = changed;
    this.#observer = new IntersectionObserver((entries) => {
      this.#inView = entries.at(-1)?.isIntersecting ?? false;
      this.#choose();
    });
    this.#observer.observe(element);
    document.addEventListener('visibilitychange', this.#update);
  }

  dispose(): void {
    this.#observer.disconnect();
    document.removeEventListener('visibilitychange', this.#update);
    this.#drop();
  }

  #choose(): void {
    const seen = this.#inView && document.visibilityState === 'visible';
    if (!seen) this.#drop();
    else if (!this.#webgl && !this.#refused && contexts < CONTEXTS_MAX) this.#load();
  }

  #load(): void {
    const webgl = new WebglAddon();
    try {
      webgl.onContextLoss(() => this.#drop());
      this.#terminal.loadAddon(webgl);
      this.#webgl = webgl;
      contexts += 1;
      this.#changed();
    } catch (error) {
      webgl.dispose();
      this.#refused = true;
      console.info('terminal without WebGL:', error instanceof Error ? error.message : error);
    }
  }

  #drop(): void {
    const webgl = this.#webgl;
    if (!webgl) return;
    this.#webgl = undefined;
    contexts -= 1;
    const canvases = [...this.#element.querySelectorAll('canvas')];
    webgl.dispose();
    // A context counts until it is collected: give it back now.
    for (const canvas of canvases)
      canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext();
  }
}
