/**
 * An instruction of the kernel's classic packet filter: its code, its operand, and how many instructions to skip when
 * the test holds (`yes`) and when it does not (`no`).
 */
export interface Instruction {
  readonly code: number;
  readonly yes: number;
  readonly no: number;
  readonly operand: number;
}

/** The instructions that the filter needs, by the kernel's numbers (`linux/bpf_common.h`). */
export const codes = { load: 0x20, jumpEqual: 0x15, jumpAtLeast: 0x35, jumpAnySet: 0x45, give: 0x06 } as const;

/** Loads the 32-bit word of `struct seccomp_data` at this offset. */
export const load = (offset: number): Instruction => ({ code: codes.load, yes: 0, no: 0, operand: offset });

export const jump = (
  test: "jumpEqual" | "jumpAtLeast" | "jumpAnySet",
  operand: number,
  { yes = 0, no = 0 }: { readonly yes?: number; readonly no?: number },
): Instruction => ({ code: codes[test], yes, no, operand });

/** Ends the program with this answer. */
export const give = (answer: number): Instruction => ({ code: codes.give, yes: 0, no: 0, operand: answer });

/** Encodes a program for the kernel of a little-endian machine: an array of `struct sock_filter`. */
export function encode(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, { code, yes, no, operand }] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(yes, index * 8 + 2);
    bytes.writeUInt8(no, index * 8 + 3);
    bytes.writeUInt32LE(operand, index * 8 + 4);
  }
  return bytes;
}
