import { describe, expect, it } from 'vitest';
import { isLoopback, obstacles, readConfiguration } from './configuration.ts';

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
      hosts: [],
      web: undefined,
    });
  });

  it('chooses where the dashboard listens, or that it does not', () => {
    expect(listen('127.0.0.1:8000')).toEqual({ host: '127.0.0.1', port: 8000 });
    expect(listen('[::1]:8000')).toEqual({ host: '::1', port: 8000 });
    expect(listen('off')).toBe(null);
  });

  it('names the addresses to listen on by number, and says which of them other machines reach', () => {
    for (const address of ['0.0.0.0:7420', '[::]:7420', '192.168.1.2:7420'])
      expect(isLoopback(listen(address)?.host ?? '')).toBe(false);
    for (const address of ['127.0.0.1:1', '127.8.9.1:1', '[::1]:1', 'localhost:1'])
      expect(isLoopback(listen(address)?.host ?? '')).toBe(true);
    for (const address of ['example.org:7420', '127.0.0.1.example.org:80', '*:80', '[127.0.0.1.]:80'])
      expect(() => listen(address)).toThrow('is not ADDRESS:PORT');
  });

  it('lists further names of the dashboard', () => {
    const hosts = (BOXYARD_HOSTS: string) => readConfiguration({ BOXYARD_HOSTS }).hosts;
    expect(hosts('')).toEqual([]);
    expect(hosts('Yard.lan, 192.168.1.5:8080,[fd00::5],https://yard.example.org,https://a:8443')).toEqual([
      { host: 'yard.lan', port: null, https: false },
      { host: '192.168.1.5', port: 8080, https: false },
      { host: '[fd00::5]', port: null, https: false },
      { host: 'yard.example.org', port: null, https: true },
      { host: 'a', port: 8443, https: true },
    ]);
    for (const wrong of [
      'http://yard.lan',
      'https://yard.lan/',
      'a b',
      '*',
      '*.lan',
      'yard:0',
      'yard:70000',
      '-a',
      'a@b',
    ])
      expect(() => hosts(wrong), wrong).toThrow(`BOXYARD_HOSTS: "${wrong}" is no name of a host`);
  });

  it('with a mistake is refused by the variable’s name', () => {
    expect(() => listen('7420')).toThrow('BOXYARD_LISTEN=7420 is not ADDRESS:PORT');
    expect(() => listen('127.0.0.1:70000')).toThrow('is not ADDRESS:PORT');
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
