import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codes, encode, type Instruction } from "../../../local/sandbox/seccomp/bpf.ts";
import {
  type Architecture,
  absent,
  architectures,
  newest,
  owning,
  refused,
  refusedSometimes,
} from "../../../local/sandbox/seccomp/calls.ts";
import {
  allow,
  containerFilter,
  noEffect,
  notImplemented,
  notPermitted,
  ownersFilter,
} from "../../../local/sandbox/seccomp/filter.ts";
import { temporaryRoot } from "./cache.ts";
import { runScenario } from "./engine.ts";
import type { Outcome, Step } from "./scenarios/run.ts";

/** Gives the kernel's answer by running the program on the words of `struct seccomp_data`. */
function answer(program: readonly Instruction[], words: readonly number[]): number {
  let accumulator = 0;
  for (let at = 0; at < program.length; at++) {
    const { code, yes, no, operand } = program[at] ?? { code: -1, yes: 0, no: 0, operand: 0 };
    const jump = (isTrue: boolean): void => {
      at += isTrue ? yes : no;
    };
    if (code === codes.load) accumulator = words[operand / 4] ?? Number.NaN;
    else if (code === codes.jumpEqual) jump(accumulator === operand);
    else if (code === codes.jumpAtLeast) jump(accumulator >= operand);
    else if (code === codes.jumpAnySet) jump((accumulator & operand) !== 0);
    else if (code === codes.give) return operand;
    else throw new Error(`no such instruction: ${code}`);
  }
  throw new Error("the program ends without an answer");
}

const kernelNames = { x64: 0xc000_003e, arm64: 0xc000_00b7 };

describe.each(architectures)("the filter for %s", (architecture) => {
  const program = containerFilter(architecture);
  const ask = (number: number, first = 0, kernelName = kernelNames[architecture]) =>
    answer(program, [number, kernelName, 0, 0, first, 0]);
  const numberOf = (name: string): number => refusedSometimes[name]?.numbers[architecture] ?? -1;

  it("answers every call, and refuses those of the table only", () => {
    const wanted = new Map<number, number>();
    for (const { [architecture]: number } of Object.values(refused))
      if (number !== undefined) wanted.set(number, notPermitted);
    for (const { [architecture]: number } of Object.values(absent))
      if (number !== undefined) wanted.set(number, notImplemented);
    wanted.set(numberOf("personality"), allow);
    for (let number = 0; number <= newest; number++) expect(ask(number)).toBe(wanted.get(number) ?? allow);
  });

  it("names no number twice", () => {
    const tables = [
      refused,
      absent,
      Object.fromEntries(Object.entries(refusedSometimes).map(([name, { numbers }]) => [name, numbers])),
    ];
    const numbers = tables.flatMap((table) =>
      Object.values(table).flatMap(({ [architecture]: number }) => number ?? []),
    );
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(Math.max(...numbers)).toBeLessThanOrEqual(newest);
  });

  it("for one user tells programs that owners are set, and changes nothing else", () => {
    const owners = ownersFilter(architecture);
    const numbers = Object.values(owning).flatMap(({ [architecture]: number }) => number ?? []);
    for (let number = 0; number <= newest; number++)
      expect(answer(owners, [number, kernelNames[architecture]])).toBe(numbers.includes(number) ? noEffect : allow);
    expect(answer(owners, [numbers[0] ?? -1, 0x4000_0003])).toBe(allow);
  });

  it("judges some calls by their arguments", () => {
    const [clone, unshare] = [numberOf("clone"), numberOf("unshare")];
    for (const bit of [0x2_0000, 0x200_0000, 0x400_0000, 0x800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000]) {
      expect(ask(clone, bit | 17)).toBe(notPermitted);
      expect(ask(unshare, bit)).toBe(notPermitted);
    }
    // The C library makes a thread and a child process with these flags.
    for (const flags of [0x3d_0f00, 0x120_0011, 0x4111]) expect(ask(clone, flags)).toBe(allow);
    expect(ask(unshare, 0x80)).toBe(notPermitted);
    for (const flags of [0, 0x200, 0x400]) expect(ask(unshare, flags)).toBe(allow);
    for (const persona of [0, 8, 0x2_0000, 0x2_0008, 0xffff_ffff])
      expect(ask(numberOf("personality"), persona)).toBe(allow);
    for (const persona of [1, 0x4_0000, 0x40_0000]) expect(ask(numberOf("personality"), persona)).toBe(notPermitted);
    expect(ask(numberOf("socket"), 2)).toBe(allow);
    expect(ask(numberOf("socket"), 40)).toBe(notPermitted);
  });

  it("refuses other ABIs and later calls", () => {
    for (const kernelName of [0x4000_0003, 0x4000_0028, 0]) expect(ask(0, 0, kernelName)).toBe(notPermitted);
    for (const number of [newest + 1, 0x4000_0000, 0xffff_ffff]) expect(ask(number)).toBe(notImplemented);
  });

  it("is accepted by the kernel", () => {
    const bytes = encode(program);
    expect(bytes.length).toBe(program.length * 8);
    expect(bytes.subarray(0, 8).toString("hex")).toBe("2000000004000000");
    for (const [index, { yes, no }] of program.entries()) {
      expect(Math.max(yes, no)).toBeLessThanOrEqual(255);
      expect(index + Math.max(yes, no)).toBeLessThan(program.length);
    }
  });
});

describe("a container", () => {
  const folder = temporaryRoot(beforeAll, afterAll);
  const architecture = architectures.find((name) => name === process.arch) as Architecture;

  /** Makes system calls by Perl. Each line of the output is the name of a call and the number of its error. */
  function attempts(calls: Readonly<Record<string, readonly number[]>>): Step {
    const perl = execFileSync("sh", ["-c", "realpath $(command -v perl)"], { encoding: "utf8" }).trim();
    const libraries = [...execFileSync("ldd", [perl], { encoding: "utf8" }).matchAll(/(\/\S+) \(0x/g)].map(
      ([, path = ""]) => path,
    );
    const mount = (path: string, target = path) => ({ kind: "bind", path, target, readOnly: true }) as const;
    const lines = Object.entries(calls).map(
      ([name, args]) => `$! = 0; syscall(${args.join(", ")}); print "${name} ", $! + 0, "\\n";`,
    );
    return {
      args: ["perl", "-e", lines.join("\n")],
      mounts: [mount(perl, "/bin/perl"), ...libraries.map((path) => mount(path))],
    };
  }

  const run = async (...steps: Step[]): Promise<Outcome[]> =>
    (await runScenario<{ outcomes: Outcome[] }>("run", join(folder.path, "cache"), JSON.stringify(steps))).outcomes;

  it("is refused what the table names, with the error that it names", async () => {
    const plain = Object.entries(refused).flatMap(([name, { [architecture]: number }]) =>
      number === undefined ? [] : [[name, [number, 0, 0, 0, 0, 0]] as const],
    );
    const user = 0x1000_0000;
    const { clone, unshare, personality, socket } = Object.fromEntries(
      Object.entries(refusedSometimes).map(([name, { numbers }]) => [name, numbers[architecture] ?? -1]),
    );
    const sometimes = {
      clone: [clone ?? -1, user | 17, 0, 0, 0, 0],
      unshare: [unshare ?? -1, user],
      personality: [personality ?? -1, 0x4_0000],
      socket: [socket ?? -1, 40, 1, 0],
    };
    const [outcome] = await run(
      attempts({ ...Object.fromEntries(plain), ...sometimes, clone3: [435, 0, 0], future: [newest + 1] }),
    );
    const errors = new Map(
      outcome?.stdout
        ?.trim()
        .split("\n")
        .map((line) => line.split(" ") as [string, string]),
    );
    expect(outcome?.stderr).toBe("");
    expect(Object.fromEntries(errors)).toEqual({
      ...Object.fromEntries([...plain.map(([name]) => name), ...Object.keys(sometimes)].map((name) => [name, "1"])),
      clone3: "38",
      future: "38",
    });
  });

  it("can trace its own processes and none outside", async () => {
    const [number, attach] = [architecture === "x64" ? 101 : 117, 16];
    const [outcome] = await run(attempts({ outside: [number, attach, process.pid, 0, 0], self: [number, 0, 0, 0, 0] }));
    expect(outcome?.stdout).toBe("outside 3\nself 0\n");
  });

  it("can start processes, become another user, and set variables of the loader and of Perl", async () => {
    const [status, user, variables, missing] = await run(
      { args: ["sh", "-c", "cat /proc/self/status"] },
      { args: ["sh", "-c", "(id -u) & wait; cat /proc/self/status"], user: "worker" },
      {
        args: ["sh", "-c", "env"],
        env: { PERL5OPT: "-Mnothing", PERLLIB: "x", LD_BIND_NOW: "1", LC_ALL: "xx_XX.UTF-8" },
      },
      { args: ["nothing"], env: { LC_ALL: "xx_XX.UTF-8" } },
    );
    for (const outcome of [status, user]) expect(outcome?.stdout).toMatch(/^Seccomp:\t2$/m);
    // Programs may still become another user.
    expect(status?.stdout).toMatch(/^NoNewPrivs:\t0$/m);
    expect(user?.stdout).toMatch(/^1000\n/);
    for (const line of ["PERL5OPT=-Mnothing", "PERLLIB=x", "LD_BIND_NOW=1"])
      expect(variables?.stdout).toContain(`${line}\n`);
    expect(variables).toMatchObject({ stderr: "", exitCode: 0 });
    expect(variables?.stdout).not.toContain("PERL_BADLANG");
    expect(missing).toMatchObject({ exitCode: 127, stderr: "failed to execute nothing: No such file or directory\n" });
  });
});

it("has the numbers of this machine's kernel headers, where they are installed", () => {
  const folders = { x64: "/usr/include/x86_64-linux-gnu/asm/unistd_64.h", arm64: "/usr/include/asm-generic/unistd.h" };
  for (const architecture of architectures) {
    const header = read(folders[architecture]);
    for (const [name, { [architecture]: number }] of Object.entries({ ...refused, ...absent })) {
      const known = new RegExp(`#define __NR_${name}\\s+(\\d+)`).exec(header)?.[1];
      if (known !== undefined) expect([name, number]).toEqual([name, Number(known)]);
    }
  }
});

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Most machines have no headers. The tests above make the calls themselves.
    return "";
  }
}
