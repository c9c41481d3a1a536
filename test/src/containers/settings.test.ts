import { describe, expect, test } from "vitest";
import { OLDER_TOOLS, TOOLS, toolsFor, toolVersions } from "../../../src/containers/settings.ts";
import { userError } from "../support.ts";

describe("versions of the tools", () => {
  test("are pinned, and each can be replaced", () => {
    expect(toolVersions([])).toEqual(TOOLS);
    expect(toolVersions(["ruff==0.14.0", "pytest-cov==6.0rc1"])).toEqual({
      ...TOOLS,
      ruff: "0.14.0",
      "pytest-cov": "6.0rc1",
    });
    expect(TOOLS.ruff).not.toBe("0.14.0");
  });

  test.each(["ruff", "ruff>=1", "ruff==", "==1", "ruff==1; rm", "ruff==1 --index-url=x", "-r x==1", ""])(
    "%j has another form",
    (text) => expect(userError(() => toolVersions([text]))).toContain(`--tools=${text}: expected NAME==VERSION`),
  );

  test("a tool that is not used is refused, with the one that was meant", () => {
    expect(userError(() => toolVersions(["rufff==1"]))).toContain(
      "not a tool of the pipeline; did you mean ruff? It uses uv,",
    );
    expect(userError(() => toolVersions(["tensorflow==1"]))).toContain("not a tool of the pipeline. It uses uv,");
    expect(userError(() => toolVersions(["constructor==1"]))).toContain("not a tool of the pipeline.");
  });

  test("are older where the project's Python is, unless the site chose them", () => {
    expect(toolsFor("3.11", TOOLS)).toEqual(TOOLS);
    expect(toolsFor("3.14", TOOLS)).toEqual(TOOLS);
    const chosen = toolVersions(["locust==2.40.0"]);
    expect(toolsFor("3.9", chosen)).toEqual({ ...TOOLS, ...OLDER_TOOLS["3.9"], locust: "2.40.0" });
    expect(toolsFor("3.9", TOOLS).pytest.split(".")[0]).toBe("8");
    expect(toolsFor("3.10", TOOLS).locust).not.toBe(TOOLS.locust);
  });
});
