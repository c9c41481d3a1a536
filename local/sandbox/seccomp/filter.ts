import { give, type Instruction, jump, load } from "./bpf.ts";
import { type Architecture, absent, type Condition, newest, refused, refusedSometimes } from "./calls.ts";

/** What the kernel calls the architecture of a system call (`AUDIT_ARCH_*`). The 32-bit ones have calls of other numbers. */
const kernelNames: Readonly<Record<Architecture, number>> = { x64: 0xc000_003e, arm64: 0xc000_00b7 };

/** Answers of a filter (`SECCOMP_RET_*`): `errno` lets the call fail with this error. */
export const allow = 0x7fff_0000;
const errno = (code: number): number => 0x0005_0000 | code;
/** The operation is not permitted. */
export const notPermitted = errno(1);
/** There is no such call. */
export const notImplemented = errno(38);

/** Offsets in `struct seccomp_data`, of 32-bit words: of an argument, the lower half. */
const offsets = { number: 0, architecture: 4, firstArgument: 16 } as const;

/**
 * The filter for containers: what `calls.ts` names is refused, everything else is allowed. Calls of another ABI than the
 * native one are refused: they would go by other numbers. So is x32, whose numbers lie above all others.
 */
export function containerFilter(architecture: Architecture): readonly Instruction[] {
  const numbersOf = (table: typeof refused): number[] =>
    Object.values(table).flatMap((numbers) => numbers[architecture] ?? []);
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

/** For the call `number`: looks at its first argument, and ends the program. Other calls go on behind it. */
function conditional(number: number, when: Condition): readonly Instruction[] {
  const body = [load(offsets.firstArgument), ...judge(when)];
  return [jump("jumpEqual", number, { no: body.length }), ...body];
}

function judge(when: Condition): readonly Instruction[] {
  const answers = [give(notPermitted), give(allow)];
  if ("anyOf" in when) return [jump("jumpAnySet", when.anyOf, { no: 1 }), ...answers];
  if ("equals" in when) return [jump("jumpEqual", when.equals, { no: 1 }), ...answers];
  const values = when.noneOf;
  // The allowing answer lies behind the other comparisons and the refusing answer.
  return [...values.map((value, index) => jump("jumpEqual", value, { yes: values.length - index })), ...answers];
}
