import { expect, test } from "vitest";
import { versionsIn, withVersion } from "../../release/pinned.ts";

test.each([
  ["- uses: OWNER/ml-pipeline@v0.1.0", ["0.1.0"]],
  ["  ml-pipeline: OWNER/ml-pipeline@0.1.0", ["0.1.0"]],
  ["- component: $CI_SERVER_FQDN/team/ml-pipeline/pipeline@v0.1.0-rc.1", ["0.1.0-rc.1"]],
  ["npx ml-pipeline@0.1.0 doctor; npx ml-pipeline doctor", ["0.1.0"]],
  ["(options.version ?: 'v0.1.0')", ["0.1.0"]],
  ["      default: v0.1.0", ["0.1.0"]],
  ["v0.1.0 of something else, actions/checkout@v7.0.1, and Dagger v0.21.8", []],
])("%s names %j", (text, versions) => {
  expect(versionsIn(text)).toEqual(versions);
  expect(withVersion(text, "12.0.3")).toBe(versions.reduce((changed, one) => changed.replace(one, "12.0.3"), text));
});
