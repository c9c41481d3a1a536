import { type Span, SpanStatusCode, trace } from "@opentelemetry/api";
import { NodeTracerProvider, type ReadableSpan, type SpanProcessor } from "@opentelemetry/sdk-trace-node";
import type { ProgressTracker } from "../progress-tracker.ts";

/**
 * Makes the module's spans stages on the tracker. The SDK sends the current span with every request, so that the engine's
 * events come back with it.
 */
export function traceTo(tracker: ProgressTracker): void {
  const processor: SpanProcessor = {
    onStart(span: Span & ReadableSpan) {
      tracker.stageStarted(span.spanContext().spanId, span.name, span.parentSpanContext?.spanId, Date.now());
    },
    onEnd(span: ReadableSpan) {
      const { "ml_pipeline.status": status, "ml_pipeline.message": message } = span.attributes;
      const failed = span.status.code === SpanStatusCode.ERROR;
      const end = {
        outcome: failed ? ("failed" as const) : status === "skipped" ? ("skipped" as const) : undefined,
        message: typeof message === "string" ? message : "",
        at: Date.now(),
      };
      // What the engine wrote before it answered is on its way: it is read before the stage is looked at.
      setImmediate(() => tracker.stageEnded(span.spanContext().spanId, end));
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  new NodeTracerProvider({ spanProcessors: [processor] }).register();
}

/** Runs `task` as a stage of its own; when it throws, the stage has failed. */
export async function asStage<T>(name: string, task: () => Promise<T>): Promise<T> {
  return await trace.getTracer("ml-pipeline").startActiveSpan(name, async (span) => {
    try {
      return await task();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}
