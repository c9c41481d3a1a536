import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonical } from "../../../local/base/names.ts";
import { UsageError } from "../../../local/base/usage-error.ts";
import { parseCall } from "../../../local/cli/call/parse.ts";
import { parseCommandLine } from "../../../local/cli/command-line.ts";
import { commands } from "../../../local/cli/commands/index.ts";
import { globalFlags } from "../../../local/cli/options.ts";
import { options, sample } from "../fixture.ts";

const parse = (...words: string[]) => {
  const { init, links } = parseCall(words, sample, options());
  const all = [...(init && init.typed.size > 0 ? [init] : []), ...links];
  return all.map((link) => [link.fn.name, Object.fromEntries(link.typed)]);
};

describe("calls", () => {
  test.each<[string[], unknown]>([
    [["greet"], [["greet", {}]]],
    [["greet", "--times=3"], [["greet", { times: ["3"] }]]],
    [["greet", "--times", "3"], [["greet", { times: ["3"] }]]],
    [["greet", "--times=3", "--times=4"], [["greet", { times: ["4"] }]]],
    [["greet", "--words=a", "--words", "b"], [["greet", { words: ["a", "b"] }]]],
    [["greet", "--words=--times=3"], [["greet", { words: ["--times=3"] }]]],
    [["deploy", "--dry", "--image=x"], [["deploy", { dry: ["true"], image: ["x"] }]]],
    [["deploy", "--dry=false", "--image=x"], [["deploy", { dry: ["false"], image: ["x"] }]]],
    [
      ["--who", "bob", "greet"],
      [
        ["", { who: ["bob"] }],
        ["greet", {}],
      ],
    ],
    [
      ["run", "report", "export", "--path=out"],
      [
        ["run", {}],
        ["report", {}],
        ["export", { path: ["out"] }],
      ],
    ],
    [
      ["run", "verdict"],
      [
        ["run", {}],
        ["verdict", {}],
      ],
    ],
    [
      ["run", "produced", "entries"],
      [
        ["run", {}],
        ["output", {}],
        ["entries", {}],
      ],
    ],
    [
      ["run", "image", "with-exec", "--args=a,b", "--args=c", "stdout"],
      [
        ["run", {}],
        ["image", {}],
        ["withExec", { args: ["a,b", "c"] }],
        ["stdout", {}],
      ],
    ],
    [
      ["run", "image", "withExec", "--args=a", "--redirectStdout=f"],
      [
        ["run", {}],
        ["image", {}],
        ["withExec", { args: ["a"], redirectStdout: ["f"] }],
      ],
    ],
  ])("%j", (words, expected) => {
    expect(parse(...words)).toEqual(expected);
  });

  test.each<[string[], string]>([
    [["gret"], "no function gret; did you mean greet?"],
    [["greet", "--tims=3"], "greet has no flag --tims; did you mean --times?"],
    [["greet", "--times"], "--times needs a value: a whole number"],
    [["greet", "-x"], "greet has no flag -x"],
    [["greet", "again"], "again: nothing can follow greet, which gives text"],
    [["tidy", "false"], "a switch is turned off as --flag=false"],
    [["run", "reprot"], "no function reprot; did you mean report?"],
    [["run", "report", "exprot"], "a Directory has no function exprot; did you mean export?"],
    [["run", "measures", "name"], "nothing can follow measures, which gives a list (a Measure)"],
    [["--whom=x", "greet"], "the module has no flag --whom; did you mean --who?"],
    [["greet", "--who=bob"], "greet has no flag --who: it is the module's own and goes before greet"],
    [["deploy", "--whoo=bob"], "deploy has no flag --whoo\nflags of deploy: --image --token --dry"],
    [["greet", "--progress=fast"], "--progress=fast: expected auto, tty, plain, quiet"],
  ])("%j is refused", (words, message) => {
    expect(() => parse(...words)).toThrow(UsageError);
    expect(() => parse(...words)).toThrow(message);
  });

  test("global flags are taken wherever they stand", () => {
    const taken = options();
    parseCall(["greet", "--json", "--times=1", "--progress", "plain", "-o", "file"], sample, taken);
    expect(taken).toEqual({ progress: "plain", json: true, help: false, yes: false, output: "file" });
  });
});

describe("the command", () => {
  test.each<[string[], string, string[]]>([
    [[], "help", []],
    [["--version"], "version", []],
    [["check", "lint"], "check", ["lint"]],
    [["lint", "--source=."], "call", ["lint", "--source=."]],
    [["call", "check"], "call", ["check"]],
    [["--engine=local", "-m", "x", "lint"], "call", ["lint"]],
    [["--unknown=1", "lint"], "call", ["--unknown=1", "lint"]],
  ])("%j is %s", (words, name, rest) => {
    const found = parseCommandLine(words, commands);
    expect(found.rest).toEqual(rest);
    expect(found.command).toBe(commands[name]);
  });
});

describe("any words", () => {
  const functions = ["greet", "run", "report", "export", "image", "with-exec", "words", "deploy", "tidy"];
  const flags = ["--times", "--words", "--who", "--source", "--path", "--args", "--dry", "--help", "-m", "--json", "-"];
  const word = fc.oneof(
    fc.constantFrom(...functions),
    fc.constantFrom(...flags),
    fc.tuple(fc.constantFrom(...flags), fc.string()).map(([flag, value]) => `${flag}=${value}`),
    fc.string(),
  );

  test("are understood or refused as a usage error, never a crash", () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        try {
          parseCall(words, sample, options());
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });

  test("an unknown flag is never accepted", () => {
    const unknown = fc.stringMatching(/^--[a-z][a-z-]{0,12}$/).filter((flag) => {
      const known = ["who", "source", "data", "rate", ...Object.keys(globalFlags)].map(canonical);
      return !known.includes(canonical(flag)) && !Object.hasOwn(globalFlags, flag);
    });
    fc.assert(
      fc.property(unknown, fc.boolean(), fc.constantFrom([], ["run"], ["run", "report"]), (flag, valued, before) => {
        const words = [...before, valued ? `${flag}=x` : flag];
        expect(() => parseCall(words, sample, options())).toThrow(/has no flag/);
      }),
    );
  });
});

describe("a folder or a flag in the wrong place", () => {
  const said = (...words: string[]): string => {
    try {
      parse(...words);
    } catch (error) {
      if (error instanceof UsageError) return error.message;
      throw error;
    }
    return "";
  };
  test("is answered with the right line", () => {
    expect(said("--times=3", "greet")).toBe("--times belongs to greet and goes after it: ml-pipeline greet --times=3");
    expect(said("--times", "3", "greet")).toBe(
      "--times belongs to greet and goes after it: ml-pipeline greet --times 3",
    );
    expect(said("deploy", ".")).not.toContain("given by a flag");
    expect(said("run", ".")).toBe(".: a folder is given by a flag: ml-pipeline run --source=.");
    expect(said("run", "../data/")).toContain("ml-pipeline run --data=../data/");
    expect(said("run", "--source=.", "./other")).toContain("ml-pipeline run --data=./other");
    expect(said("--nothing=3", "greet")).toContain("the module has no flag --nothing");
  });
});
