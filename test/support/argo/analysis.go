// Carries an AnalysisTemplate out as Argo Rollouts does, with its own controller and no cluster.
//
// Called as `analysis NAMESPACE NAME=VALUE…`, with the template as YAML on its standard input. It prints the status of
// the AnalysisRun as JSON once that is complete.
package main

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"os"
	"strings"
	"time"

	"github.com/argoproj/argo-rollouts/analysis"
	"github.com/argoproj/argo-rollouts/controller/metrics"
	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/pkg/client/clientset/versioned/fake"
	informers "github.com/argoproj/argo-rollouts/pkg/client/informers/externalversions"
	analysisutil "github.com/argoproj/argo-rollouts/utils/analysis"
	"github.com/argoproj/argo-rollouts/utils/queue"
	"github.com/argoproj/argo-rollouts/utils/record"
	"github.com/sirupsen/logrus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubeinformers "k8s.io/client-go/informers"
	kubefake "k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/yaml"
)

const runName = "run"

func main() {
	logrus.SetOutput(io.Discard)
	text, err := io.ReadAll(os.Stdin)
	check(err)
	var template v1alpha1.AnalysisTemplate
	check(yaml.UnmarshalStrict(text, &template))

	args, err := analysisutil.MergeArgs(given(os.Args[2:]), template.Spec.Args)
	check(err)
	run := &v1alpha1.AnalysisRun{
		ObjectMeta: metav1.ObjectMeta{Name: runName, Namespace: os.Args[1]},
		Spec:       v1alpha1.AnalysisRunSpec{Metrics: template.Spec.Metrics, Args: args},
	}
	resolved := make([]v1alpha1.Metric, 0, len(run.Spec.Metrics))
	for _, metric := range run.Spec.Metrics {
		one, err := analysisutil.ResolveMetricArgs(metric, args)
		check(err)
		resolved = append(resolved, *one)
	}
	check(analysisutil.ValidateMetrics(resolved))
	check(json.NewEncoder(os.Stdout).Encode(carriedOut(run)))
}

func given(words []string) []v1alpha1.Argument {
	args := make([]v1alpha1.Argument, 0, len(words))
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		args = append(args, v1alpha1.Argument{Name: name, Value: &value})
	}
	return args
}

func carriedOut(run *v1alpha1.AnalysisRun) v1alpha1.AnalysisRunStatus {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	client, kube := fake.NewSimpleClientset(run), kubefake.NewSimpleClientset()
	runs, jobs := informers.NewSharedInformerFactory(client, 0), kubeinformers.NewSharedInformerFactory(kube, 0)
	controller := analysis.NewController(analysis.ControllerConfig{
		KubeClientSet:       kube,
		ArgoProjClientset:   client,
		AnalysisRunInformer: runs.Argoproj().V1alpha1().AnalysisRuns(),
		JobInformer:         jobs.Batch().V1().Jobs(),
		AnalysisRunWorkQueue: workqueue.NewTypedRateLimitingQueue[any](
			queue.DefaultArgoRolloutsRateLimiter(),
		),
		MetricsServer: metrics.NewMetricsServer(metrics.ServerConfig{
			Addr:               "127.0.0.1:0",
			K8SRequestProvider: &metrics.K8sRequestsCountProvider{},
		}),
		Recorder: record.NewFakeEventRecorder(),
	})
	runs.Start(ctx.Done())
	jobs.Start(ctx.Done())
	runs.WaitForCacheSync(ctx.Done())
	go func() { _ = controller.Run(ctx, 1) }()
	for {
		found, err := client.ArgoprojV1alpha1().AnalysisRuns(run.Namespace).Get(ctx, runName, metav1.GetOptions{})
		check(err)
		if found.Status.Phase.Completed() {
			return found.Status
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
