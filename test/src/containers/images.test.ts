import type { Container } from "@dagger.io/dagger";
import { dag } from "@dagger.io/dagger";
import { afterEach, describe, expect, test, vi } from "vitest";
import { forOwnPrograms, lackingPython, pythonBase } from "../../../src/containers/images.ts";
import type { Settings } from "../../../src/containers/settings.ts";

const image = { settings: { pythonImage: "python:{version}-slim" } as Settings, python: "3.8" };

/** An engine that answers as said when it is asked for an image. */
function answering(imageRef: () => Promise<string>): string[] {
  const asked: string[] = [];
  const container = {
    from: (reference: string) => {
      asked.push(reference);
      return { imageRef };
    },
  };
  vi.spyOn(dag, "container").mockReturnValue(container as unknown as Container);
  return asked;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("an image of a project's Python is asked for", () => {
  const by = ".python-version has 3.8";

  test("and nothing is said where there is one", async () => {
    const asked = answering(async () => "python@sha256:0");
    expect(await lackingPython(image, { version: "3.8", by })).toBeUndefined();
    expect(asked).toEqual(["python:3.8-slim"]);
  });

  test("and where there is none, what asks for it, why, and what changes it are", async () => {
    answering(async () => Promise.reject(new Error("docker.io does not have it (not found)")));
    expect(await lackingPython(image, { version: "3.8", by })).toBe(
      "Python 3.8 cannot be had, and .python-version has 3.8: docker.io does not have it (not found). `python` in the settings chooses another version.",
    );
    answering(async () => Promise.reject(new Error("no. Choose one with `python` in the settings.")));
    expect(await lackingPython(image, { version: "3.11", by: "" })).toBe(
      "Python 3.11 cannot be had: no. Choose one with `python` in the settings.",
    );
  });

  test("but a lost connection says nothing of it", async () => {
    answering(async () => Promise.reject(Object.assign(new Error("unknown error via graphql"), { code: "D101" })));
    expect(await lackingPython(image, { version: "3.8", by })).toBeUndefined();
  });
});

test("where there is none, only the pipeline's own programs run", () => {
  const asked = answering(async () => "");
  const lacking = { ...image, lacking: "Python 3.8 cannot be had." };
  expect(() => pythonBase(lacking)).toThrow("Python 3.8 cannot be had.");
  pythonBase(forOwnPrograms(lacking));
  pythonBase(forOwnPrograms(image));
  expect(asked).toEqual(["python:3.11-slim", "python:3.8-slim"]);
});
