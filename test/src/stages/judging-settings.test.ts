import { describe, expect, test } from "vitest";
import { judgingSettings } from "../../../src/stages/judging-settings.ts";
import { configOf } from "../support.ts";

const judging = (toml: string) => judgingSettings(configOf(toml));
const plain = judging("");

describe("a verdict is about the settings", () => {
  test.each([
    "[gates.metrics]\naccuracy = 0.8",
    '[commands]\ntrain = "python train.py"',
    "[data]\nmin-rows = 10",
    "[test]\nmin-coverage = 0.5",
  ])("that say how a model is judged: %s", (toml) => {
    expect(judging(toml)).not.toEqual(plain);
  });

  test.each([
    "[cost]\ncpu-minute = 6",
    "[cost.budget]\ndaily = 10",
    "[data.drift]\nmin-effect = 0.3",
    "[monitoring]\ntolerance = 0.03",
    "[retraining]\nwindow = 3",
    '[training.kubernetes]\nimage = "registry.example.com/train"',
    '[tracking]\nurl = "https://mlflow.example.com"',
    '[store]\nurl = "s3://models"',
  ])("and not those of what comes before or after: %s", (toml) => {
    expect(judging(toml)).toEqual(plain);
  });

  test("as JSON has them", () => {
    expect(JSON.parse(JSON.stringify(plain))).toEqual(plain);
  });
});
