import type { Secret } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import { acceptedPlace } from "../../../src/functions/accepted-place.ts";
import { configOf, userError } from "../support.ts";

const production = configOf('[deploy.production]\ndeployment = "m"');
const cluster = { kubeconfig: {} as Secret };

test("the accepted model is that of the store, or else what runs in production", () => {
  expect(acceptedPlace({ store: { address: "s3://models/churn" }, cluster }, production)).toBe("store:production");
  expect(acceptedPlace({ store: {}, cluster: {} }, configOf('[store]\nurl = "s3://models/churn"'))).toBe(
    "store:production",
  );
  expect(acceptedPlace({ store: {}, cluster }, production)).toBe("environment:production");
});

test.each([
  ["no environment", configOf("")],
  ["an environment, and no way to its cluster", production],
])("where there is %s, what is missed is the accepted model", (_what, config) => {
  const text = userError(() => acceptedPlace({ store: {}, cluster: {} }, config));
  expect(text).toMatch(
    /^A new model must be held against the accepted one.*--baseline=.*--baseline-from=.*--store-folder=/,
  );
  expect(text).toMatch(/deploy\.production is set/);
});
