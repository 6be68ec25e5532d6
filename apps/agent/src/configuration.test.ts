import { describe, expect, it } from 'vitest';
import { obstacles, readConfiguration } from './configuration.ts';

const listen = (BOXYARD_LISTEN: string) => readConfiguration({ BOXYARD_LISTEN }).listen;

describe('the environment', () => {
  it('may be empty', () => {
    expect(readConfiguration({})).toEqual({
      root: '/var/lib/boxyard',
      run: '/run/boxyard',
      socket: '/run/boxyard/boxd.sock',
      cgroupRoot: undefined,
      logLevel: 'info',
      listen: { host: '127.0.0.1', port: 7420 },
      web: undefined,
    });
  });

  it('chooses where the dashboard listens, or that it does not', () => {
    expect(listen('127.0.0.1:8000')).toEqual({ host: '127.0.0.1', port: 8000 });
    expect(listen('[::1]:8000')).toEqual({ host: '::1', port: 8000 });
    expect(listen('off')).toBe(null);
  });

  it('cannot open the dashboard to other machines', () => {
    for (const address of [
      '0.0.0.0:7420',
      '[::]:7420',
      '192.168.1.2:7420',
      'example.org:7420',
      '127.0.0.1.example.org:80',
    ])
      expect(() => listen(address)).toThrow('would let other machines reach the dashboard');
  });

  it('with a mistake is refused by the variable’s name', () => {
    expect(() => listen('7420')).toThrow('BOXYARD_LISTEN=7420 is not HOST:PORT');
    expect(() => listen('127.0.0.1:70000')).toThrow('is not HOST:PORT');
    expect(() => readConfiguration({ BOXYARD_ROOT: 'data' })).toThrow(
      'BOXYARD_ROOT=data is not an absolute path',
    );
    expect(() => readConfiguration({ BOXYARD_LOG_LEVEL: 'loud' })).toThrow(
      'BOXYARD_LOG_LEVEL=loud is no log level',
    );
  });
});

it('a host that cannot run the agent is told everything that it lacks', () => {
  expect(obstacles('linux', 0)).toEqual([]);
  expect(obstacles('linux', 1000)).toEqual([expect.stringContaining('root')]);
  expect(obstacles('darwin', 501)).toEqual([expect.stringContaining('Linux')]);
});
