import { expect, test } from "vitest";
import { changesOf, released, sectionsOf } from "../../release/changelog.ts";

const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- Something new.

## [0.2.0] - 2026-11-30

### Fixed

- What [a link] in a line says is no heading.

## [0.1.0] - 2026-10-01

First.
`;

test("the sections of a changelog, each with its date and text", () => {
  expect(sectionsOf(CHANGELOG)).toEqual([
    { name: "Unreleased", text: "### Added\n\n- Something new." },
    { name: "0.2.0", date: "2026-11-30", text: "### Fixed\n\n- What [a link] in a line says is no heading." },
    { name: "0.1.0", date: "2026-10-01", text: "First." },
  ]);
});

test("the text of a release is that of its version alone", () => {
  expect(changesOf(CHANGELOG, "0.1.0")).toBe("First.");
});

test("a version that the changelog does not have is not released", () => {
  expect(() => changesOf(CHANGELOG, "0.3.0")).toThrow("CHANGELOG.md says nothing of 0.3.0");
});

test("what is unreleased becomes a version's, and nothing is left unreleased", () => {
  const after = released(CHANGELOG, "0.3.0", "2026-12-24");
  expect(sectionsOf(after).slice(0, 2)).toEqual([
    { name: "Unreleased", text: "" },
    { name: "0.3.0", date: "2026-12-24", text: "### Added\n\n- Something new." },
  ]);
  expect(() => released(after, "0.4.0", "2026-12-25")).toThrow("nothing unreleased");
});

test("no version is released twice", () => {
  expect(() => released(CHANGELOG, "0.2.0", "2026-12-24")).toThrow("has a section 0.2.0 already");
});
