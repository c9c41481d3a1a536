import { expect, test } from "vitest";
import { configOf, userError } from "../support.ts";

test.each([
  [
    'image = "registry.example/team/training:latest"',
    "training.kubernetes.image: expected REGISTRY/NAME without a tag",
  ],
  ['image = "training"', "training.kubernetes.image: expected REGISTRY/NAME without a tag"],
  ['image = "r.example/t"\nmemory = "16 GB"', "training.kubernetes.memory: expected an amount as Kubernetes has it"],
  ['image = "r.example/t"\ngpu = { count = 0 }', "training.kubernetes.gpu.count"],
  [
    'image = "r.example/t"\nserver = "http://cluster"',
    "training.kubernetes.server: expected an address that begins with https://",
  ],
  ['image = "r.example/t"\ngpus = 4', "training.kubernetes.gpus: unknown key"],
])("%s is refused", (table, words) => {
  expect(userError(() => configOf(`[training.kubernetes]\n${table}`))).toContain(words);
});

test("an amount may be a number", () => {
  expect(configOf('[training.kubernetes]\nimage = "r.example/t"\ncpu = 1.5\n').training.kubernetes).toMatchObject({
    ...{ cpu: 1.5, retries: 3, "pending-seconds": 3600 },
  });
});
