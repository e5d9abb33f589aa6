import assert from 'node:assert/strict';
import {mkdirSync, statfsSync, writeFileSync} from 'node:fs';
import {totalmem} from 'node:os';
import {join} from 'node:path';
import {describe, test} from 'node:test';
import {Machine} from '../../../src/system/resources.js';
import {FakeCommandRunner} from '../../rig/fake-command-runner.js';
import {temporaryDirectory} from '../temporary-directory.js';

const gibibyte = 2 ** 30;

/** As FreeBSD 14's sysctl(8) prints them. */
const sysctl = {
  pages: [
    'vm.stats.vm.v_page_size: 4096',
    'vm.stats.vm.v_free_count: 262144',
    'vm.stats.vm.v_inactive_count: 524288',
  ],
  arc: [`kstat.zfs.misc.arcstats.size: ${5 * gibibyte}`, `kstat.zfs.misc.arcstats.c_min: ${gibibyte}`],
};

function machine(answer: {stdout?: string; status?: number}, system = 'freebsd'): Machine {
  return new Machine({runner: new FakeCommandRunner().on('sysctl', answer), system});
}

describe('the memory that is left', () => {
  test('of Linux is what the kernel says can be had without swapping', async (context) => {
    const meminfo = join(temporaryDirectory(context), 'meminfo');
    writeFileSync(
      meminfo,
      'MemTotal:       16316412 kB\nMemFree:          262144 kB\nMemAvailable:    8388608 kB\n',
    );
    const linux = new Machine({runner: new FakeCommandRunner(), system: 'linux', meminfo});
    assert.equal(await linux.availableMemory(), 8 * gibibyte);
  });

  test('of FreeBSD is free and inactive pages', async () => {
    assert.equal(await machine({stdout: `${sysctl.pages.join('\n')}\n`}).availableMemory(), 3 * gibibyte);
  });

  test('of FreeBSD counts what the ZFS cache can give up', async () => {
    const stdout = `${[...sysctl.pages, ...sysctl.arc].join('\n')}\n`;
    assert.equal(await machine({stdout}).availableMemory(), 7 * gibibyte);
    const small = stdout.replace(String(5 * gibibyte), String(gibibyte / 2));
    assert.equal(await machine({stdout: small}).availableMemory(), 3 * gibibyte);
  });

  test('is told also where sysctl(8) does not know some of the names', async () => {
    const stdout = `${sysctl.pages.join('\n')}\n`;
    assert.equal(await machine({stdout, status: 1}).availableMemory(), 3 * gibibyte);
  });

  test('is what Node knows where the system does not answer', async () => {
    for (const nowhere of [machine({status: 1}), machine({stdout: 'vm.stats.vm.v_page_size: 4096\n'})]) {
      const bytes = await nowhere.availableMemory();
      assert.ok(bytes > 0 && bytes <= totalmem());
    }
  });

  test('of this machine is something, and no more than there is', async () => {
    const here = new Machine({runner: new FakeCommandRunner().on('sysctl', {status: 1})});
    const bytes = await here.availableMemory();
    assert.ok(bytes > 0 && bytes <= here.totalMemory, String(bytes));
    assert.ok(here.load() >= 0);
  });
});

describe('the space that is left', () => {
  const here = new Machine({runner: new FakeCommandRunner()});

  test('is that of the nearest folder that is there', async (context) => {
    const directory = temporaryDirectory(context);
    mkdirSync(join(directory, 'a'));
    writeFileSync(join(directory, 'file'), '');
    const {bavail, bsize, blocks} = statfsSync(directory);
    for (const path of ['', 'a', 'a/b/c/d', 'file', 'file/below']) {
      const bytes = (await here.freeBytes(join(directory, path))) ?? -1;
      // Others write to the same file system meanwhile.
      assert.ok(Math.abs(bytes - bavail * bsize) < (blocks * bsize) / 20, `${path}: ${bytes}`);
    }
  });

  test('is not that of a folder of another file system', async () => {
    const {bavail, bsize} = statfsSync('/');
    assert.equal((await here.freeBytes('/no-such-folder/b')) !== undefined, true);
    assert.ok(Math.abs(((await here.freeBytes('/no-such-folder/b')) ?? 0) - bavail * bsize) < 2 ** 30);
  });
});
