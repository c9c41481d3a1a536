import type { Ran, Rollout } from "../../../src/delivery/rollout.ts";

/* Rollouts as the program that makes them tells them. */

export const digest = (letter: string): string => `team/model@sha256:${letter.repeat(64)}`;

export const ran = (more: Partial<Ran> = {}): Ran => ({
  ...{ image: digest("a"), revision: 4, generation: 9, ready: 3, wanted: 3, since: "2026-11-29T12:00:00Z" },
  ...{ records: {}, cause: "" },
  ...more,
});

export const rollout = (more: Partial<Rollout> = {}): Rollout => ({
  ...{ outcome: "done", server: "https://cluster.example:6443", context: "staging", namespace: "ml" },
  ...{
    before: null,
    after: null,
    reason: null,
    back: null,
    changes: [],
    checks: [],
    canary: null,
    drift: [],
    abandoned: [],
    planned: "",
    revisions: [],
  },
  ...{ waits: "", seconds: 3.2 },
  ...more,
});
