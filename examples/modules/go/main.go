// A team's own pipeline around ml-pipeline, with a stage of its own between training and publishing.
package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"dagger/team-pipeline/internal/dagger"
)

// The stages of ml-pipeline run in the same image, so nothing else is pulled.
const image = "python:3.11-slim"

// TeamPipeline is a team's own pipeline around ml-pipeline.
type TeamPipeline struct{}

// Trains, asks the gates and weighs the model, and pushes nothing: for a pull request.
//
// Gives a line for each gate, and one for the weight; fails when the run failed, or the model is too heavy.
//
// +cache="never"
func (m *TeamPipeline) PullRequest(
	ctx context.Context,
	// The project's folder.
	// +ignore=[".git", ".venv", "**/__pycache__"]
	source *dagger.Directory,
	// The folder with the data.
	data *dagger.Directory,
	// What the model may weigh, in megabytes.
	// +default=100
	most int,
) (string, error) {
	run := train(source, data)
	if _, err := run.Assert(ctx); err != nil {
		return "", err
	}
	lines, err := gateLines(ctx, run)
	if err != nil {
		return "", err
	}
	weight, err := weigh(ctx, run.Model(), most)
	if err != nil {
		return "", err
	}
	return strings.Join(append(lines, weight), "\n"), nil
}

// Gives the report of the same run, with the lines of the gates in a file of the team's own.
//
// +cache="session"
func (m *TeamPipeline) Report(
	ctx context.Context,
	// The project's folder.
	// +ignore=[".git", ".venv", "**/__pycache__"]
	source *dagger.Directory,
	// The folder with the data.
	data *dagger.Directory,
) (*dagger.Directory, error) {
	run := train(source, data)
	lines, err := gateLines(ctx, run)
	if err != nil {
		return nil, err
	}
	return run.Report().WithNewFile("team.txt", strings.Join(lines, "\n")+"\n"), nil
}

// Trains, asks the gates, weighs the model, and pushes its image when nothing of it failed.
//
// Gives the published image, NAME@sha256:…
//
// +cache="never"
func (m *TeamPipeline) Publish(
	ctx context.Context,
	// The project's folder.
	// +ignore=[".git", ".venv", "**/__pycache__"]
	source *dagger.Directory,
	// The folder with the data.
	data *dagger.Directory,
	// Where to push: REGISTRY/NAME:TAG.
	address string,
	// What the model may weigh, in megabytes.
	// +default=100
	most int,
	// User name at the registry.
	// +optional
	registryUser string,
	// Password or token at the registry.
	// +optional
	registryPassword *dagger.Secret,
) (string, error) {
	run := train(source, data)
	if _, err := run.Assert(ctx); err != nil {
		return "", err
	}
	if _, err := weigh(ctx, run.Model(), most); err != nil {
		return "", err
	}
	return run.Image().Publish(ctx, address, dagger.MlPipelineModelImagePublishOpts{
		RegistryUser:     registryUser,
		RegistryPassword: registryPassword,
	})
}

// Deploys a published image to an environment of the project, and goes back to what ran before when it does not serve.
//
// +cache="never"
func (m *TeamPipeline) Deploy(
	ctx context.Context,
	// The project's folder, whose configuration names the environment.
	// +ignore=[".git", ".venv", "**/__pycache__"]
	source *dagger.Directory,
	// The image as publish gives it: NAME@sha256:…
	image string,
	// The name of a table below deploy, such as staging.
	environment string,
	// The way to the cluster: the text of a kubeconfig.
	kubeconfig *dagger.Secret,
) (string, error) {
	return dag.MlPipeline(dagger.MlPipelineOpts{Kubeconfig: kubeconfig}).
		Deploy(ctx, image, environment, dagger.MlPipelineDeployOpts{Source: source})
}

// The run of ml-pipeline. It happens once in a session, however many of its fields are asked for.
func train(source *dagger.Directory, data *dagger.Directory) *dagger.MlPipelineRun {
	return dag.MlPipeline().Run(dagger.MlPipelineRunOpts{Source: source, Data: data})
}

func gateLines(ctx context.Context, run *dagger.MlPipelineRun) ([]string, error) {
	gates, err := run.Gates(ctx)
	if err != nil {
		return nil, err
	}
	lines := make([]string, 0, len(gates))
	for _, gate := range gates {
		line, err := gateLine(ctx, &gate)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}

func gateLine(ctx context.Context, gate *dagger.MlPipelineGate) (string, error) {
	name, err := gate.Name(ctx)
	if err != nil {
		return "", err
	}
	status, err := gate.Status(ctx)
	if err != nil {
		return "", err
	}
	message, err := gate.Message(ctx)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s %s: %s", name, status, message), nil
}

// The team's own stage: any container can stand here that reads the model, and fails when it shall not be published.
func weigh(ctx context.Context, model *dagger.Directory, most int) (string, error) {
	said, err := dag.Container().
		From(image).
		WithMountedDirectory("/model", model).
		WithExec([]string{"du", "--summarize", "--bytes", "/model"}).
		Stdout(ctx)
	if err != nil {
		return "", err
	}
	bytes, _, _ := strings.Cut(said, "\t")
	weight, err := strconv.Atoi(bytes)
	if err != nil {
		return "", fmt.Errorf("du said %q: %w", said, err)
	}
	megabytes := float64(weight) / 1e6
	if megabytes > float64(most) {
		return "", fmt.Errorf("the model weighs %.3f MB, and may weigh %d MB", megabytes, most)
	}
	return fmt.Sprintf("weight passed: %.3f MB of at most %d MB", megabytes, most), nil
}
