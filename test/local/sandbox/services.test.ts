import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freeNetwork, listensOn } from "../../../local/sandbox/addresses.ts";
import { findProgram } from "../../../local/sandbox/programs.ts";
import { temporaryRoot } from "./cache.ts";
import { runScenario } from "./engine.ts";

const folder = temporaryRoot(beforeAll, afterAll);

describe.skipIf(!findProgram("ip"))("services", () => {
  it("have names and do not clash on a port", { timeout: 60_000 }, async () => {
    const result = await runScenario<Record<string, unknown>>("services", join(folder.path, "cache"), "5");
    expect(result).toMatchObject({
      answers: "candidate production",
      exitCode: 143,
      killed: 137,
      shy: "not reachable",
      crowdAnswers: "n0 n1 n2 n3 n4",
      fromHost: ["the host's named, ECONNREFUSED", "the host's named, ECONNREFUSED"],
    });
    expect(result.stopped).toBeLessThan(2_000);
    // Of a request to the host in two parts: nothing waits for the other side to acknowledge the first.
    expect(result.milliseconds).toBeLessThan(30);
    expect(result.death).toContain("dying ended (exit code 3) before it listened on port 8080.\nno model here");
    // None of the network's devices is, or stays, on the host.
    expect(execFileSync("ip", ["-o", "link"], { encoding: "utf8" })).not.toMatch(
      /^\d+: (bridge0|outward|tap0|c\d+)[@:]/m,
    );
  });
});

const header = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n";

describe("the network of services", () => {
  it("is not one that the host uses", () => {
    expect(freeNetwork(header, "")).toBe(231);
    // The table has the default route, and 10.231.0.0/16 through a bridge.
    const routes =
      "eth0\t00000000\t010200C0\t3\t0\t0\t0\t00000000\n" + "b\t0000E70A\t0\t1\t0\t0\t0\t0000FFFF\t0\t0\t0\n";
    expect(freeNetwork(header + routes, "nameserver 10.230.255.53\n")).toBe(229);
    const all = "vpn\t0000000A\t0\t1\t0\t0\t0\t000000FF\t0\t0\t0\n";
    expect(() => freeNetwork(header + all, "")).toThrow("10.N.0.0/16");
  });

  it("knows who listens for others", () => {
    const line = (local: string, state: string) => `  sl  local\n   0: ${local} 00000000:0000 ${state} 0:0`;
    expect(listensOn(line("00000000:1F90", "0A"), 8080)).toBe(true);
    expect(listensOn(line("00000000:1F90", "01"), 8080)).toBe(false);
    expect(listensOn(line("00000000:1F91", "0A"), 8080)).toBe(false);
    expect(listensOn(line("0100007F:1F90", "0A"), 8080)).toBe(false);
    expect(listensOn(line("00000000000000000000000001000000:1F90", "0A"), 8080)).toBe(false);
    expect(listensOn(line("00000000000000000000000000000000:1F90", "0A"), 8080)).toBe(true);
    expect(listensOn(line("0000000000000000FFFF00000100007F:1F90", "0A"), 8080)).toBe(false);
  });
});
