import { expect, it } from "vitest";
import { reasonOf } from "../../../local/images/skopeo.ts";

it("takes the message out of skopeo's log line", () => {
  const fatal = 'time="2026-01-01T00:00:00Z" level=fatal msg="reading \\"x\\": manifest unknown"';
  expect(reasonOf(`warning\n${fatal}\n`)).toBe('reading "x": manifest unknown');
});
