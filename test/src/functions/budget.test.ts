import { describe, expect, test } from "vitest";
import { clockOf, spendingsOf } from "../../../src/functions/budget.ts";
import { entryOf } from "../../../src/journal/entry.ts";
import { endKey, ledgerIn, reservationKey } from "../../../src/journal/ledger.ts";
import { report } from "../support.ts";

const ID = "2026-11-30T08-00-00Z-0000000000000001";
const began = "2026-11-30T08:00:00.000Z";
const reservation = (id: string, planned?: number): string =>
  JSON.stringify({ schemaVersion: 1, id, began, currency: "EUR", ...(planned === undefined ? {} : { planned }) });
const key = reservationKey("2026-11", 1);

describe("a ledger", () => {
  test("has reservations by number, and ends beside them", () => {
    expect([key, endKey(key)]).toEqual(["ledger/2026-11/00000001.json", "ledger/2026-11/00000001-end.json"]);
    const ledger = ledgerIn([
      { key, text: reservation(ID, 5) },
      { key: endKey(key), text: JSON.stringify({ schemaVersion: 1, id: ID, actual: 3 }) },
      { key: reservationKey("2026-11", 2), text: reservation("other", 7) },
    ]);
    expect(ledger.next).toBe(3);
    expect(spendingsOf(ledger, [])).toMatchObject([
      { id: ID, planned: 5, actual: 3 },
      { id: "other", planned: 7, actual: undefined },
    ]);
  });

  test("names what is damaged, whose number is taken all the same", () => {
    const ledger = ledgerIn([
      { key, text: "{" },
      { key: reservationKey("2026-11", 2), text: null },
      { key: "ledger/2026-11/notes.txt", text: "hello" },
    ]);
    expect(ledger).toMatchObject({ reservations: [], next: 3 });
    expect(ledger.damaged).toHaveLength(3);
  });

  test("counts each run once, also one that the journal alone knows", () => {
    const cost = { currency: "EUR", actual: { total: 4, parts: [], stages: [] } };
    const noted = [ID, "2026-11-30T09-00-00Z-0000000000000002"].flatMap(
      (id) => entryOf(JSON.stringify(report({ id, startedAt: began, cost }))) ?? [],
    );
    const spendings = spendingsOf(ledgerIn([{ key, text: reservation(ID, 5) }]), noted);
    expect(spendings.map(({ id, actual }) => [id, actual])).toEqual(noted.map(({ id }) => [id, 4]));
  });
});

describe("the clock of the store", () => {
  const here = Date.parse("2026-11-30T08:00:00Z");

  test("counts where it says one, and is said to differ where it does", () => {
    expect(clockOf("", here)).toEqual({ now: new Date(here), warnings: [] });
    expect(clockOf("Mon, 30 Nov 2026 08:04:00 GMT", here).warnings).toEqual([]);
    const behind = clockOf("Mon, 30 Nov 2026 08:10:00 GMT", here);
    expect(behind.now).toEqual(new Date("2026-11-30T08:10:00Z"));
    expect(behind.warnings[0]).toContain("is 10 minutes behind that of the model store");
    expect(clockOf("Mon, 30 Nov 2026 07:00:00 GMT", here).warnings[0]).toContain("60 minutes ahead of");
  });
});
