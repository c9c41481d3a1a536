import { give, type Instruction, jump, load } from "./bpf.ts";
import { type Architecture, absent, type Condition, newest, owning, refused, refusedSometimes } from "./calls.ts";

/** The kernel's names of the architectures (`AUDIT_ARCH_*`). The 32-bit variants number their calls otherwise. */
const kernelNames: Readonly<Record<Architecture, number>> = { x64: 0xc000_003e, arm64: 0xc000_00b7 };

/** Answers of a filter (`SECCOMP_RET_*`). With `errno`, the call fails with this error. */
export const allow = 0x7fff_0000;
const errno = (code: number): number => 0x0005_0000 | code;
/** EPERM: the operation is not permitted. */
export const notPermitted = errno(1);
/** ENOSYS: there is no such call. */
export const notImplemented = errno(38);
/** The call does nothing, and its caller is told that it worked. */
export const noEffect = errno(0);

/** Offsets of 32-bit words in `struct seccomp_data`. Of the first argument, this is the lower half. */
const offsets = { number: 0, architecture: 4, firstArgument: 16 } as const;

const numbersIn = (table: typeof refused, architecture: Architecture): readonly number[] =>
  Object.values(table).flatMap((numbers) => numbers[architecture] ?? []);

/**
 * Gives the filter for containers: it refuses what `calls.ts` names and allows everything else. Calls of another ABI
 * than the native one have other numbers, so they are refused. That includes x32, whose numbers lie above all others.
 */
export function containerFilter(architecture: Architecture): readonly Instruction[] {
  const numbersOf = (table: typeof refused): readonly number[] => numbersIn(table, architecture);
  return [
    load(offsets.architecture),
    jump("jumpEqual", kernelNames[architecture], { yes: 1 }),
    give(notPermitted),
    load(offsets.number),
    jump("jumpAtLeast", newest + 1, { no: 1 }),
    give(notImplemented),
    ...numbersOf(absent).flatMap((number) => [jump("jumpEqual", number, { no: 1 }), give(notImplemented)]),
    ...Object.values(refusedSometimes).flatMap(({ numbers, when }) => {
      const number = numbers[architecture];
      return number === undefined ? [] : conditional(number, when);
    }),
    ...numbersOf(refused).flatMap((number) => [jump("jumpEqual", number, { no: 1 }), give(notPermitted)]),
    give(allow),
  ];
}

/**
 * Gives the filter for programs that set owners where there is one user only: they are told that it worked. The kernel
 * would refuse each owner that the namespace does not have, and Debian's packages cannot be unpacked then.
 */
export function ownersFilter(architecture: Architecture): readonly Instruction[] {
  return [
    load(offsets.architecture),
    jump("jumpEqual", kernelNames[architecture], { yes: 1 }),
    give(allow),
    load(offsets.number),
    ...numbersIn(owning, architecture).flatMap((number) => [jump("jumpEqual", number, { no: 1 }), give(noEffect)]),
    give(allow),
  ];
}

/** Judges the call `number` by its first argument and ends the program. Other calls skip these instructions. */
function conditional(number: number, when: Condition): readonly Instruction[] {
  const body = [load(offsets.firstArgument), ...judge(when)];
  return [jump("jumpEqual", number, { no: body.length }), ...body];
}

function judge(when: Condition): readonly Instruction[] {
  const answers = [give(notPermitted), give(allow)];
  if ("anyOf" in when) return [jump("jumpAnySet", when.anyOf, { no: 1 }), ...answers];
  if ("equals" in when) return [jump("jumpEqual", when.equals, { no: 1 }), ...answers];
  const values = when.noneOf;
  // The allowing answer follows the remaining comparisons and the refusing answer.
  return [...values.map((value, index) => jump("jumpEqual", value, { yes: values.length - index })), ...answers];
}
