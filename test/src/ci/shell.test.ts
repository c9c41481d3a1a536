import { expect, test } from "vitest";
import { type FactVariables, shellLines } from "../../../src/ci/shell.ts";

const FACTS: FactVariables = {
  ...{ run: "$RUN", commit: "$COMMIT", branch: "$BRANCH", tag: "$TAG", link: "$LINK", request: "$REQUEST" },
  ...{ person: "$PERSON", force: "$FORCE" },
};

test("what comes from elsewhere is a variable in quotation marks, and what a shell would read is quoted", () => {
  const words = [
    ...["run", "--store=s3://models/churn?endpoint=https://s3.example.com&region=eu", "it's"],
    ...([
      { before: "--branch=", fact: "branch" },
      { before: "--approve-image=", output: "IMAGE" },
      { before: "--registry-user=", variable: "REGISTRY_USER" },
    ] as const),
  ];
  expect(
    shellLines("ml-pipeline", { words }, FACTS)
      .join(" ")
      .replaceAll(/ \\\s+/g, " "),
  ).toBe(
    `ml-pipeline run '--store=s3://models/churn?endpoint=https://s3.example.com&region=eu' 'it'\\''s' --branch="$BRANCH" --approve-image="$IMAGE" --registry-user="$REGISTRY_USER"`,
  );
});

test("a long call is several lines, of which all but the last go on", () => {
  const words = Array.from({ length: 30 }, (_, index) => `--flag-${index}=value`);
  const lines = shellLines("ml-pipeline", { words }, FACTS);
  expect(lines.length).toBeGreaterThan(3);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(112);
  for (const line of lines.slice(0, -1)) expect(line).toMatch(/ \\$/);
  expect(lines.at(-1)).not.toMatch(/\\$/);
});
