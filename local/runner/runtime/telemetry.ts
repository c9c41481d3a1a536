import { type Span, SpanStatusCode, trace } from "@opentelemetry/api";
import { NodeTracerProvider, type ReadableSpan, type SpanProcessor } from "@opentelemetry/sdk-trace-node";
import type { ProgressTracker } from "../progress-tracker.ts";

/**
 * Reports the module's spans to the tracker as stages. The SDK sends the current span with every request, and the
 * engine's events name it.
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
      // Events that the engine sent before its answer may still be unread. They belong to the stage, so it ends after
      // them.
      setImmediate(() => tracker.stageEnded(span.spanContext().spanId, end));
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  new NodeTracerProvider({ spanProcessors: [processor] }).register();
}

/** Runs `task` as a stage, which fails when `task` throws. */
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
