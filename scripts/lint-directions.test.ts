import { describe, expect, it } from 'vitest';
import { violation, violations } from './lint-directions.ts';

describe('direction lint', () => {
  it('lets imports point down', () => {
    expect(violation('packages/engine/src/start.ts', '@boxyard/runtime')).toBeUndefined();
    expect(violation('apps/cli/src/main.ts', '@boxyard/api')).toBeUndefined();
    expect(violation('packages/kernel/src/linux.ts', 'koffi')).toBeUndefined();
  });

  it('refuses an import that points up', () => {
    expect(violation('packages/kernel/src/index.ts', '@boxyard/engine')).toContain('not engine');
  });

  it('keeps the engine away from the CLI and the browser', () => {
    expect(violation('apps/cli/src/main.ts', '@boxyard/engine')).toContain('not engine');
    expect(violation('apps/web/src/app/page.tsx', '@boxyard/kernel')).toContain('not kernel');
  });

  it('lets the kernel package alone load koffi', () => {
    expect(violation('apps/cli/src/main.ts', 'koffi')).toContain('only packages/kernel');
    expect(violation('packages/runtime/src/index.ts', 'koffi')).toContain('only packages/kernel');
  });

  it('refuses relative paths into another package', () => {
    expect(violation('packages/api/src/index.ts', '../../spec/src/index.ts')).toContain('reaches out');
    expect(violation('packages/api/src/a/b.ts', '../index.ts')).toBeUndefined();
  });

  it('lets tests alone use the fixtures of e2e', () => {
    const fixture = '../../../../e2e/fixtures/debian-rootfs.ts';
    expect(violation('packages/storage/src/oci/import.itest.ts', fixture)).toBeUndefined();
    expect(violation('packages/storage/src/oci/import.ts', fixture)).toContain('reaches out');
  });

  it('finds static, dynamic and re-exporting imports with their lines', () => {
    const text = "import { a } from 'koffi';\n\nexport * from '@boxyard/engine';\nawait import('koffi');\n";
    expect(violations('packages/spec/src/index.ts', text).map((line) => line.split(': ')[0])).toEqual([
      'packages/spec/src/index.ts:1',
      'packages/spec/src/index.ts:3',
      'packages/spec/src/index.ts:4',
    ]);
  });
});
