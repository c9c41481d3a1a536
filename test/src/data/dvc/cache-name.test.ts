import { describe, expect, it } from "vitest";
import { cacheName } from "../../../../src/data/dvc/cache-name.ts";

describe("the cache of DVC's objects", () => {
  const config = "[core]\n    remote = store\n";
  const names = [
    { config, secrets: [undefined, undefined, undefined] },
    { config, secrets: ["password = right", undefined, undefined] },
    { config, secrets: ["password = wrong", undefined, undefined] },
    { config, secrets: [undefined, "password = right", undefined] },
    { config, secrets: ["", undefined, undefined] },
    { config: `${config}\n`, secrets: [undefined, undefined, undefined] },
  ].map(cacheName);

  it("is another one for other secrets, for none, and for another configuration", () => {
    expect(new Set(names).size).toBe(names.length);
  });

  it("is the same for the same access, and does not show it", () => {
    expect(cacheName({ config, secrets: ["password = right", undefined, undefined] })).toBe(names[1]);
    expect(names[1]).toMatch(/^ml-pipeline-dvc-[0-9a-f]{32}$/);
  });
});
