import { afterEach, describe, expect, test } from "vitest";
import type { KubernetesDouble, Odd } from "../../support/api-server/server.ts";
import { type Asked, deployProgram, image, NEW, OLD, startDouble, type Written } from "./deploy-program.ts";

/* Answers that nothing can be made of, by a pod or by the API server, in the middle of a deploy. */

const program = deployProgram();

let double: KubernetesDouble;
afterEach(() => double.close());

const deploy = (more: Asked = {}): Promise<Written> => program.run(double, "deploy", { image: NEW, ...more });

const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
const YESTERDAY = { date: "yesterday" };

/** Gives an odd answer to what is asked once the change was taken. */
function give(odd: Odd, asked: RegExp, times = Number.POSITIVE_INFINITY): void {
  let left = times;
  double.before = (request) => {
    if (double.patches.length === 0 || !asked.test(request) || left <= 0) return undefined;
    left--;
    return odd;
  };
}

describe("of a pod", () => {
  const predictions = (text: string): Odd => ({ body: `{"predictions":${text}}` });
  test.each<[string, Odd]>([
    ["a number that no float holds", predictions(`[1${"0".repeat(400)}]`)],
    ["a number of 5000 digits", predictions(`[1${"0".repeat(5000)}]`)],
    ["lists without end", predictions(deep)],
    ["lists that can be read and not looked at", predictions(`[${"[".repeat(900)}${"]".repeat(900)}]`)],
    ["half a letter", predictions('["\\ud83d"]')],
    ["no JSON", { body: "<html>" }],
    ["a redirect", { status: 302, headers: { location: "http://127.0.0.1:1/" }, body: "" }],
    ["what is not packed as it says", { headers: { "content-encoding": "gzip" }, body: "no" }],
  ])(
    "%s are a check that failed, and it goes back",
    async (_what, odd) => {
      double = await startDouble();
      give(odd, /proxy\/predict/);
      const { outcome, reason, back, printed } = await deploy();
      expect({ outcome, back: back?.outcome }, printed).toEqual({ outcome: "failed", back: "done" });
      expect(reason?.code).toBe("answer");
      expect(double.cluster.image()).toBe(OLD);
      expect(printed).not.toContain("Traceback");
    },
    90_000,
  );

  test("one that does not end has a time, and it goes back", async () => {
    double = await startDouble();
    give({ body: "", drip: 500 }, /proxy\/predict/);
    const { reason, back } = await deploy();
    expect(reason).toMatchObject({ code: "answer", detail: expect.stringContaining("no whole answer within 30 s") });
    expect(back).toMatchObject({ outcome: "done", image: OLD });
  }, 150_000);

  test.each(["yesterday", "Fri, 01 Jan 2100 00:00:00 GMT"])("its clock, %s, says nothing", async (date) => {
    double = await startDouble();
    give({ headers: { date }, body: "{}" }, /proxy\/health/);
    const { outcome, after } = await deploy();
    expect(outcome).toBe("done");
    expect(after?.records["ml-pipeline/ended"]).not.toMatch(/^2100/);
  });
});

describe("of the API server", () => {
  const pods = /^GET \S+\/pods\?/;
  const model = /^GET \S+\/deployments\/model$/;
  test.each<[string, Odd, RegExp]>([
    ["an empty object", { body: "{}" }, pods],
    ["null", { body: "null" }, pods],
    ["a list", { body: "[1,2]" }, pods],
    ["a pod without anything", { body: '{"items":[{"metadata":null,"spec":null,"status":"x"}]}' }, pods],
    ["a Deployment without anything", { body: '{"kind":"Deployment"}' }, model],
    ["lists without end", { body: deep }, pods],
    ["a page of a proxy", { body: "<html>log in</html>" }, pods],
    ["a date that is none", { headers: YESTERDAY, body: '{"items":[]}' }, pods],
    ["401", { status: 401, body: "{}" }, pods],
    ["404", { status: 404, body: "{}" }, model],
    ["409", { status: 409, body: '{"message":"Conflict"}' }, model],
    ["410", { status: 410, body: '{"message":"Expired"}' }, pods],
    ["302", { status: 302, headers: { location: "http://127.0.0.1:1/" }, body: "" }, pods],
  ])("%s once ends nothing", async (_what, odd, asked) => {
    double = await startDouble();
    give(odd, asked, 1);
    const { outcome, reason, printed } = await deploy();
    expect({ outcome, reason }, printed).toEqual({ outcome: "done", reason: null });
  });

  test.each<[string, Odd, object]>([
    ["401", { status: 401, body: "{}" }, { code: "unauthorized" }],
    ["404 of pods", { status: 404, body: '{"message":"gone"}' }, { code: "lost", detail: "gone" }],
    ["410", { status: 410, body: '{"message":"Expired"}' }, { code: "lost", detail: "Expired" }],
    ["a pod without anything", { body: '{"items":[{"metadata":null}]}' }, { code: "lost" }],
  ])("%s that stays is told, and nothing is undone", async (_what, odd, words) => {
    double = await startDouble();
    give(odd, pods);
    const { outcome, reason, back } = await deploy({ timeout: 3 });
    expect({ outcome, back }).toEqual({ outcome: "failed", back: null });
    expect(reason).toMatchObject(words);
    expect(double.cluster.image()).toBe(NEW);
  });

  test("one to the change itself is looked for", async () => {
    double = await startDouble();
    double.before = (request) => (request.startsWith("PATCH") ? { body: '{"kind":"Deployment"}' } : undefined);
    expect(await deploy({ timeout: 3 })).toMatchObject({ reason: { code: "conflict" } });
    expect(double.cluster.image()).toBe(OLD);
  });
});

describe("credentials that are none", () => {
  const refused = async (kubeconfig: string): Promise<Written> => {
    const found = await deploy({ kubeconfig });
    expect(found.outcome).toBe("refused");
    expect(double.patches).toEqual([]);
    return found;
  };
  const SECRET = "s3cr3tPassw0rd";

  test.each([
    ["a line break", `${SECRET}\nX-Evil: 1`],
    ["another letter", `${SECRET}é€`],
    ["no text", [SECRET]],
  ])("a token with %s is refused, and not shown", async (_what, token) => {
    double = await startDouble();
    const { reason, printed } = await refused(double.kubeconfig({ user: { token } }));
    expect(reason?.code).toBe("bad-token");
    expect(printed).not.toContain(SECRET);
  });

  test("a token with white space or a mark around it is taken", async () => {
    double = await startDouble();
    const kubeconfig = JSON.parse(double.kubeconfig());
    kubeconfig.users[0].user.token = `\ufeff${kubeconfig.users[0].user.token}\n`;
    expect(await deploy({ kubeconfig: JSON.stringify(kubeconfig) })).toMatchObject({ outcome: "done" });
  });

  test.each([
    ["a password", (port: number) => `http://admin:${SECRET}@127.0.0.1:${port}`],
    ["a query", (port: number) => `http://127.0.0.1:${port}/?token=${SECRET}`],
    ["another scheme", () => `file:///etc/${SECRET}`],
  ])("an address of the cluster with %s is refused, and not shown", async (_what, server) => {
    double = await startDouble();
    const kubeconfig = double.kubeconfig().replace(`http://127.0.0.1:${double.port}`, server(double.port));
    const { reason, printed } = await refused(kubeconfig);
    expect(reason).toMatchObject({ code: "bad-kubeconfig" });
    expect(printed).not.toContain(SECRET);
  });

  test("of a program only its name is shown, and to act as another is refused", async () => {
    double = await startDouble();
    const exec = { command: `/opt/bin/get-token --password ${SECRET}` };
    const program = await refused(double.kubeconfig({ user: { exec } }));
    expect(program.reason).toMatchObject({ code: "exec-plugin", detail: "get-token" });
    expect(program.printed).not.toContain(SECRET);
    const other = await refused(double.kubeconfig({ user: { as: "nobody", "as-groups": ["few"] } }));
    expect(other.reason).toMatchObject({ code: "impersonation", detail: "as, as-groups" });
  });
});

test("who has noted something of a failure has no secrets of it", async () => {
  double = await startDouble({ answer: { predictions: ["double-t0ken-s3cret"] } });
  await deploy();
  expect(JSON.stringify(double.cluster.deployment.metadata.annotations)).not.toContain("double-t0ken-s3cret");
  expect(double.cluster.image()).toBe(image("old"));
}, 90_000);
