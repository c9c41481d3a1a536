import type { Measurement } from "../measurement.ts";
export const dagger: Measurement = {
  summary: "the Dagger engine",
  async measure() {
    return [];
  },
};
