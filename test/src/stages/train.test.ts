import { expect, test } from "vitest";
import { GpuMode } from "../../../src/containers/gpu.ts";
import type { RunInputs } from "../../../src/stages/definition.ts";
import { checkEpochs, machineOf } from "../../../src/stages/train.ts";
import { configOf, userError } from "../support.ts";

test.each([0, -1, 1.5, Number.NaN])("%d epochs train nothing", (epochs) => {
  expect(userError(() => checkEpochs(epochs))).toBe(
    `--epochs=${epochs}: expected a whole number of at least 1, since nothing is trained otherwise.`,
  );
});

test("one epoch is enough", () => expect(() => checkEpochs(1)).not.toThrow());

test("a training in a cluster is on the device that its settings give, whatever the machine here has", async () => {
  const config = configOf('[training.kubernetes]\nimage = "registry.example.com/train"\ngpu = { count = 1 }\n');
  const remote = { cluster: { token: {} }, store: { address: "s3://bucket/models" }, registry: {} };
  const on = async (training: object): Promise<string> => {
    const inputs = { context: { config }, training: { epochs: 1, gpu: GpuMode.OFF, ...training } };
    return (await machineOf(inputs as unknown as RunInputs)).device;
  };
  expect(await on({})).toBe("cpu");
  expect(await on({ remote })).toBe("cpu");
  expect(await on({ remote, gpu: GpuMode.AUTO })).toBe("gpu");
});
