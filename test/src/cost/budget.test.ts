import { describe, expect, test } from "vitest";
import { budgetText, dayIn, judgeBudget, monthIn, type Spending } from "../../../src/cost/budget.ts";

const now = new Date("2026-11-30T23:30:00Z");
const run = { now, timeZone: "UTC", currency: "EUR", planned: 10 };

const spent = (began: string, actual?: number, planned?: number, currency = "EUR"): Spending => ({
  ...{ id: began, began: new Date(began), currency },
  ...(actual === undefined ? {} : { actual }),
  ...(planned === undefined ? {} : { planned }),
});

describe("a budget", () => {
  test("counts what was spent, and what is reserved by runs that go on, in this day and this month", () => {
    const all = [
      ...[spent("2026-11-30T01:00:00Z", 20, 90), spent("2026-11-30T23:00:00Z", undefined, 30)],
      ...[spent("2026-11-02T01:00:00Z", 50), spent("2026-10-31T23:59:00Z", 1000)],
    ];
    const { periods, state } = judgeBudget({ daily: 100, monthly: 1000 }, all, run);
    expect(periods).toEqual([
      { name: "day", of: "2026-11-30", budget: 100, spent: 20, reserved: 30 },
      { name: "month", of: "2026-11", budget: 1000, spent: 70, reserved: 30 },
    ]);
    expect(state).toBe("within");
  });

  test.each([
    [69, "within"],
    [70, "near"],
    [90, "near"],
    [90.01, "beyond"],
    [100, "beyond"],
  ])("of 100 with %d spent and a run of 10 is %s", (amount, state) => {
    expect(judgeBudget({ daily: 100 }, [spent("2026-11-30T01:00:00Z", amount)], run).state).toBe(state);
  });

  test("that is spent lets no run begin whose cost nobody knows, and one that is not does", () => {
    const unknown = { ...run, planned: undefined };
    const full = judgeBudget({ monthly: 100 }, [spent("2026-11-01T01:00:00Z", 100)], unknown);
    expect(full.state).toBe("beyond");
    const left = judgeBudget({ monthly: 100 }, [spent("2026-11-01T01:00:00Z", 10)], unknown);
    expect(left).toMatchObject({ state: "within", remarks: [expect.stringContaining("not known before it")] });
  });

  test("begins its days and months in its time zone", () => {
    expect([dayIn(now, "UTC"), dayIn(now, "Europe/Berlin")]).toEqual(["2026-11-30", "2026-12-01"]);
    expect([monthIn(now, "America/New_York"), monthIn(now, "Asia/Tokyo")]).toEqual(["2026-11", "2026-12"]);
    const all = [spent("2026-11-30T22:30:00Z", 40), spent("2026-11-30T23:10:00Z", 7)];
    expect(judgeBudget({ daily: 100 }, all, { ...run, timeZone: "Europe/Berlin" }).periods[0]).toMatchObject({
      spent: 7,
    });
  });

  test("says what it could not count, and what it counts as planned", () => {
    const all = [spent("2026-11-28T01:00:00Z", undefined, 5), spent("2026-11-30T01:00:00Z", 99, undefined, "USD")];
    const state = judgeBudget({ monthly: 100 }, all, run);
    expect(state.periods[0]).toMatchObject({ spent: 0, reserved: 5 });
    expect(state.remarks).toEqual([
      "1 of more than 24 hours ago never noted an end, and count as planned: 2026-11-28T01:00:00Z",
      "1 in another currency than EUR do not count",
    ]);
    expect(budgetText(judgeBudget({ daily: 100 }, [spent("2026-11-30T01:00:00Z", 85)], run), 10, "EUR")).toBe(
      "this run, about 10.00 EUR, comes near to the budget: of 100.00 EUR for the day 2026-11-30, 85.00 EUR are spent",
    );
  });
});
