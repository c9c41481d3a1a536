import { expect } from "vitest";
import { type Ended, mlPipeline } from "../pipeline.ts";
import { type TestProject, tinyProject } from "../project.ts";
import { writeData } from "./files.ts";
import type { DataScenario } from "./scenario.ts";

const TINY = 'label = "label"\nrequired = ["x", "label"]\n';

/** Validates sound data, which passes, and then the flawed, of which exactly what is wrong is said. */
export async function expectFindings({ config, sound, flawedConfig, flawed, says }: DataScenario): Promise<void> {
  const project = await tinyProject();
  try {
    await project.edit("pyproject.toml", TINY, config);
    await writeData(project, sound);
    const passed = await validate(project);
    expect(passed.exitCode, passed.stderr).toBe(0);
    if (flawedConfig !== undefined) await project.edit("pyproject.toml", config, flawedConfig);
    await writeData(project, { ...sound, ...flawed });
    const refused = await validate(project);
    expect(refused.exitCode).not.toBe(0);
    const output = refused.stderr + refused.stdout;
    expect(messageIn(output)).toBe(says.join("; "));
    expect(output).not.toMatch(/^\s+at .*\.(ts|js):\d+/m);
  } finally {
    await project.remove();
  }
}

const validate = ({ source, data }: TestProject): Promise<Ended> =>
  mlPipeline(["validate-data", `--source=${source}`, `--data=${data}`]);

/** The message as either engine ends with it: Dagger's command line writes a word before it. */
const messageIn = (output: string): string | undefined => /^(?:Error: )?✗ validate data: (.*)$/m.exec(output)?.[1];
