import type { Cost, CostPart } from "./cost.ts";

/** Below this an amount is only said to be small. */
const SMALLEST = 0.0001;

/** An amount of money: two decimals, more of them for less than ten cents. */
export function money(amount: number, currency: string): string {
  if (amount > 0 && amount < SMALLEST) return `under ${SMALLEST} ${currency}`;
  return `${amountText(amount)} ${currency}`;
}

/** An amount without its unit. */
export const amountText = (amount: number): string =>
  amount >= 0.1 || amount === 0 ? amount.toFixed(2) : String(Number(amount.toPrecision(2)));

/** A star on what rests on an assumption. */
export const starred = (text: string, isGuessed: boolean): string => (isGuessed ? `${text}*` : text);

/** The whole cost of a run, with a star where a part of it is assumed. */
export const totalText = ({ total, parts }: Cost, currency: string): string =>
  starred(
    money(total, currency),
    parts.some(({ guessed }) => guessed !== undefined),
  );

const NAMES: Readonly<Record<CostPart["what"], string>> = {
  cpu: "machine",
  gpu: "GPU",
  transfer: "transfer",
  storage: "storage",
};

/** One part of a cost as the cells of a table: what, how much of it, its price, its cost. */
export const partCells = ({ what, amount, unit, price, cost, guessed }: CostPart, currency: string): string[] => [
  starred(NAMES[what], guessed !== undefined),
  `${amountText(amount)} ${unit}`,
  `${amountText(price)} ${currency}`,
  money(cost, currency),
];

/** What the stars of a cost stand for. */
export const guessesOf = ({ parts }: Cost): string[] =>
  parts.flatMap(({ what, guessed }) => (guessed === undefined ? [] : [`${NAMES[what]}: ${guessed}`]));
