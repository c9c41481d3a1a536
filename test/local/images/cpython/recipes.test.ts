import { expect, it } from "vitest";
import { packedVersions } from "../../../../local/images/cpython/packed.ts";
import { describeRecipe, recipeFor, recipesFor } from "../../../../local/images/debian/recipes.ts";
import { parseReference } from "../../../../local/images/reference.ts";

const choose = (image: string, arch = "x64") => recipeFor(parseReference(image), "docker.io is silent", arch);

it.each([
  ["python:3.9-slim", "Python 3.9 from Debian bullseye's packages"],
  ["python:3.10-slim", "CPython 3.10.8 from Maven Central, on Debian trixie's packages"],
  ["python:3.11-slim-bookworm", "Python 3.11 from Debian bookworm's packages"],
  ["python:3.12-slim", "CPython 3.12.1 from Maven Central, on Debian trixie's packages"],
  ["python:3.12-slim-trixie", "CPython 3.12.1 from Maven Central, on Debian trixie's packages"],
  ["python:3.13-slim", "Python 3.13 from Debian trixie's packages"],
  ["docker.io/library/python:3.14-slim", "CPython 3.14.3 from Maven Central, on Debian trixie's packages"],
])("%s is %s", (image, what) => {
  const recipe = choose(image);
  expect(recipe && describeRecipe(recipe)).toBe(what);
});

it.each(["python:3.8-slim", "python:3.15-slim", "python:3.12.1-slim", "python:3.12", "python:3.12-slim-bookworm"])(
  "%s is refused with every version that can be made",
  (image) => {
    expect(() => choose(image)).toThrow(
      /^docker\.io is silent, and python:\S+ cannot be made from packages\. What can be made: python:3\.9-slim, python:3\.10-slim, python:3\.11-slim, python:3\.12-slim, python:3\.13-slim and python:3\.14-slim .*`python` in the settings.*--python-image/,
    );
  },
);

it("names only what can be made on another kind of processor", () => {
  expect(recipesFor("arm64").map(({ python }) => python)).toEqual(["3.9", "3.11", "3.13"]);
  expect(() => choose("python:3.12-slim", "arm64")).toThrow(
    "What can be made: python:3.9-slim, python:3.11-slim and python:3.13-slim (",
  );
});

it("leaves other images alone", () => {
  expect(choose("debian:trixie")).toBeUndefined();
  expect(choose("registry.example/library/python:3.12-slim")).toBeUndefined();
});

it("knows each archive by its content", () => {
  for (const [python, { release, sha256 }] of Object.entries(packedVersions("x64"))) {
    expect(release.startsWith(`${python}.`)).toBe(true);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  }
});
