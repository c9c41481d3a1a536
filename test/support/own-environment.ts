import { afterAll } from "vitest";
import { putBack } from "./variables.ts";

const before = { ...process.env };

/** Files of tests share processes, so each gets the variables that all began with. */
afterAll(() => putBack(before));
