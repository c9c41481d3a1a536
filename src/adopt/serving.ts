import { serverCommand } from "./commands.ts";
import type { Route, Server } from "./findings.ts";
import type { Plan } from "./plan.ts";
import { answerKey, isOfOneRow, queryRoute, requestForm } from "./request-form.ts";
import type { Setting } from "./setting.ts";

/* How the server of a project is asked: `[tool.ml-pipeline.serve]`. */

const HEALTH = /^\/(health|healthz|healthcheck|health-check|ping|status|ready|readyz|live|livez|heartbeat|alive)\/?$/i;
const REQUESTS = /predict|infer|score|invocation|classif|forecast|generate/i;

/** The port of a server, its paths, and the form of its requests and answers. */
export const serving = ({ serve, tables, input, label }: Plan): Setting[] => {
  const server = serve?.script.server;
  if (serve === undefined || server === null || server === undefined) return [];
  const { path } = serve.script;
  const fixed = server.starts && server.port !== "" && server.port_variable === "" && !serve.line.told.has("port");
  const started = serverCommand(serve) !== undefined;
  const routes = server.routes.filter(({ path: route }) => route !== "");
  const gets = routes.filter(({ method }) => method === "GET");
  const health =
    gets.find(({ path: route }) => HEALTH.test(route)) ?? gets.find(({ path: route }) => route === "/") ?? gets[0];
  const posts = routes.filter(({ method }) => method === "POST");
  const request = posts.find(({ path: route }) => REQUESTS.test(route)) ?? posts[0];
  const columns = new Set(tables.flatMap((table) => table.columns ?? []));
  return [
    ...(fixed && !started
      ? [{ path: ["serve", "port"], value: Number(server.port), why: `${path} listens there` }]
      : []),
    ...(health === undefined || health.path === "/health"
      ? []
      : [{ path: ["serve", "health"], value: health.path, why: `${path} answers there without a request` }]),
    ...(request === undefined ? [] : routeSetting(request, path, columns, input)),
    ...(request === undefined
      ? unknownRoute(server, path)
      : messages(request, path, columns, server.by, input, label.column)),
  ];
};

/** Where requests go, with what is read of their query. */
function routeSetting(route: Route, path: string, columns: ReadonlySet<string>, input?: string): Setting[] {
  const place = ["serve", "route"];
  if (route.query.length > 0) {
    const why = `${path} reads ${route.query.join(", ")} of the query`;
    const value = queryRoute(route, columns, input);
    return [
      value === undefined
        ? { path: place, value: `${route.path}?…`, why: `${why}: which columns are these?`, open: true }
        : { path: place, value, why },
    ];
  }
  return route.path === "/predict" ? [] : [{ path: place, value: route.path, why: `${path} predicts there` }];
}

/** Frameworks whose applications answer only where they say so. */
const ROUTED = ["fastapi", "starlette", "flask", "quart", "sanic", "falcon", "aiohttp", "robyn"];

/** Where requests go that no text of the program says. */
const unknownRoute = ({ by }: Server, path: string): Setting[] =>
  ROUTED.includes(by)
    ? [
        {
          ...{ path: ["serve", "route"], value: "…", open: true },
          why: `nothing in ${path} says where it predicts: which path is asked, and how (serve.request, serve.answer)?`,
        },
      ]
    : [];

/** The form of requests and answers. */
function messages(
  route: Route,
  path: string,
  columns: ReadonlySet<string>,
  by: string,
  input?: string,
  label?: string,
): Setting[] {
  const form = requestForm(route, columns, input);
  const fields = route.body.slice(0, 4).join(", ");
  // A service of BentoML answers with what its method returns.
  const answer =
    by === "bentoml" ? "." : answerKey(route.answer, route.query.length > 0 || isOfOneRow(form ?? "instances"), label);
  const isOpen = answer === undefined && route.answer.length > 0 && !route.answer.includes("predictions");
  return [
    ...(form === undefined && route.body.length > 0
      ? [
          {
            ...{ path: ["serve", "request"], value: "…", open: true as const },
            why: `${path} reads ${fields}: how does a request look?`,
          },
        ]
      : []),
    ...(form === undefined || form === "instances"
      ? []
      : [{ path: ["serve", "request"], value: form, why: `${path} reads ${fields || "any fields"}` }]),
    ...(isOpen
      ? [
          {
            ...{ path: ["serve", "answer"], value: "…", open: true as const },
            why: `${path} answers with ${route.answer.slice(0, 4).join(", ")}: which is the prediction?`,
          },
        ]
      : []),
    ...(answer === undefined ? [] : [{ path: ["serve", "answer"], value: answer, why: `${path} predicts in it` }]),
  ];
}
