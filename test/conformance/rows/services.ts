import type { Client, Container } from "dagger-sdk";
import { fails, type Row } from "../row.ts";

const serve = (base: Container, text: string) =>
  base.withNewFile("/srv/index.html", text).withWorkdir("/srv").withExposedPort(8080);
const command = ["python3", "-m", "http.server", "8080"];
const fetch = (url: string) => [
  "python3",
  "-c",
  "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=10).read().decode())",
  url,
];
const server = (_dag: Client, base: Container, text: string) => serve(base, text).asService({ args: command });

/** Services: containers that others reach by name. */
export const services: readonly Row[] = [
  {
    name: "a command reaches a service by name",
    run: (dag, { base }) =>
      base
        .withServiceBinding("web", server(dag, base, "hello"))
        .withExec(fetch("http://web:8080/"))
        .stdout(),
    expect: "hello\n",
  },
  {
    name: "two services may listen on the same port",
    run: (dag, { base }) =>
      base
        .withServiceBinding("one", server(dag, base, "first"))
        .withServiceBinding("two", server(dag, base, "second"))
        .withExec(["sh", "-c", 'for name in one two; do python3 -c "$0" http://$name:8080/; done', fetch("")[2] ?? ""])
        .stdout(),
    expect: "first\nsecond\n",
  },
  {
    name: "a service reaches another service",
    run: (dag, { base }) => {
      const inner = server(dag, base, "inner");
      const proxy = base
        .withServiceBinding("inner", inner)
        .withExposedPort(9000)
        .withNewFile(
          "/proxy.py",
          "import http.server, urllib.request\n" +
            "class P(http.server.BaseHTTPRequestHandler):\n" +
            "    def do_GET(self):\n" +
            "        body = urllib.request.urlopen('http://inner:8080/').read()\n" +
            "        self.send_response(200); self.end_headers(); self.wfile.write(b'via ' + body)\n" +
            "http.server.HTTPServer(('', 9000), P).serve_forever()\n",
        )
        .asService({ args: ["python3", "/proxy.py"] });
      return base.withServiceBinding("outer", proxy).withExec(fetch("http://outer:9000/")).stdout();
    },
    expect: "via inner\n",
  },
  {
    name: "a service has a name, an endpoint and ports",
    run: async (dag, { base }) => {
      const service = server(dag, base, "x").withHostname("my-host");
      const [port] = await service.ports();
      return [await service.hostname(), await service.endpoint({ scheme: "http" }), await port?.port()];
    },
    expect: ["my-host", "http://my-host:8080", 8080],
  },
  {
    name: "a service is started and stopped by hand",
    run: async (dag, { base }) => {
      const service = server(dag, base, "by hand");
      await service.start();
      const answer = await base.withServiceBinding("web", service).withExec(fetch("http://web:8080/")).stdout();
      await service.stop();
      return answer;
    },
    expect: "by hand\n",
  },
  {
    name: "a service that ends before its port answers says why",
    run: (_dag, { base }) =>
      base
        .withServiceBinding(
          "broken",
          base.withExposedPort(8080).asService({ args: ["sh", "-c", "echo model file is missing >&2; exit 3"] }),
        )
        .withExec(["true"])
        .sync(),
    expect: fails(/exit code: 3/),
  },
  {
    name: "without arguments a service runs the image's entrypoint",
    run: (_dag, { base }) => {
      const service = serve(base, "entrypoint").withEntrypoint(["python3", "-m", "http.server", "8080"]).asService();
      return base.withServiceBinding("web", service).withExec(fetch("http://web:8080/")).stdout();
    },
    expect: "entrypoint\n",
  },
  {
    name: "default arguments that were set later run without the entrypoint",
    run: (_dag, { base }) => {
      const service = serve(base, "args")
        .withEntrypoint(["false"])
        .withDefaultArgs([...command])
        .asService();
      return base.withServiceBinding("web", service).withExec(fetch("http://web:8080/")).stdout();
    },
    expect: "args\n",
  },
  {
    name: "when asked for, a service runs entrypoint and default arguments",
    run: (_dag, { base }) => {
      const service = serve(base, "image").withEntrypoint(["python3", "-m"]).withDefaultArgs(["http.server", "8080"]);
      return base
        .withServiceBinding("web", service.asService({ useEntrypoint: true }))
        .withExec(fetch("http://web:8080/"))
        .stdout();
    },
    expect: "image\n",
  },
  {
    name: "sync starts a service",
    run: async (dag, { base }) => {
      const service = await server(dag, base, "synced").sync();
      const answer = await base.withServiceBinding("web", service).withExec(fetch("http://web:8080/")).stdout();
      await service.stop({ kill: true });
      return answer;
    },
    expect: "synced\n",
  },
];
