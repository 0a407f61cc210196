import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One OpenSearch node on loopback: arguments are its folder and its HTTP port. */
public class Node {
    public static void main(String[] arguments) throws Exception {
        var runner = new OpenSearchRunner();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                runner.close();
            } catch (Exception error) {
                error.printStackTrace();
            }
        }));
        runner.onBuild((number, settings) -> {
            settings.put("network.host", "127.0.0.1");
            settings.put("http.port", arguments[1]);
        }).build(OpenSearchRunner.newConfigs()
            .basePath(arguments[0]).numOfNode(1).clusterName("benchmark").useLogger());
        Thread.currentThread().join();
    }
}
