/**
 * The peer of `npm run bench -- dagger`: a pipeline as a page of Dagger code, as people begin to write one. Every step
 * depends on the whole source.
 */
import { type Container, type Directory, dag, func, object } from "@dagger.io/dagger";

@object()
export class PlainPage {
  /** Installs, lints and tests, trains, builds the image and publishes it. */
  @func()
  async fullPipeline(source: Directory, address?: string): Promise<string> {
    const base = this.base(source);
    await Promise.all([this.lint(base), this.test(base)]);
    const trained = base.withExec(["python3", "-m", "src.train", "--data", "data", "--output", "models"]);
    const image = trained.withEntrypoint(["python3", "-m", "src.serve"]).withExposedPort(8080);
    if (address !== undefined) return `Pipeline complete! Image: ${await image.publish(address)}`;
    await image.sync();
    return "Pipeline complete!";
  }

  private base(source: Directory): Container {
    const install = ["python3", "-m", "pip", "install", "--quiet", "--root-user-action=ignore"];
    return dag
      .container()
      .from("python:3.11-slim")
      .withEnvVariable("PIP_BREAK_SYSTEM_PACKAGES", "1")
      .withDirectory("/app", source)
      .withWorkdir("/app")
      .withExec([...install, "-r", "requirements.txt"])
      .withExec([...install, "ruff==0.17.6", "black==26.10.1", "mypy==2.4.1", "pytest==9.2.0", "pytest-cov==7.1.0"]);
  }

  private async lint(base: Container): Promise<void> {
    await base
      .withExec(["ruff", "check", "src/"])
      .withExec(["black", "--check", "src/"])
      .withExec(["mypy", "src/"])
      .sync();
  }

  private async test(base: Container): Promise<void> {
    await base.withExec(["python3", "-m", "pytest", "-v", "--tb=short", "tests/"]).sync();
  }
}
