package holdfast.sandbox;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The sandbox as a process of its own.
@Command(
    name = "sandbox",
    description = "A simulated WhatsApp on loopback.",
    mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {
  @Option(
      names = "--port",
      defaultValue = "8090",
      description = "Control and ws; https and wss on the next one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--data",
      defaultValue = "data-sandbox/sandbox",
      description = "Where the world is kept (default: ${DEFAULT-VALUE}).")
  private Path data = Sandbox.defaultFolder();

  @Option(names = "--fresh", description = "Begins a new world.")
  private boolean fresh;

  @Option(
      names = "--time-scale",
      defaultValue = "1",
      description =
          "How long times of the protocol last, such as those of linking codes: 1 is real.")
  private double timeScale;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
      root.setLevel(Level.INFO);
    }
    try {
      var sandbox = Sandbox.start(new SandboxSettings(port, Optional.of(data), fresh, timeScale));
      Runtime.getRuntime().addShutdownHook(new Thread(sandbox::close, "sandbox-shutdown"));
      System.out.println("sandbox ready " + sandbox.url());
      new CountDownLatch(1).await();
      return 0;
    } catch (Sandbox.NotStarted e) {
      System.err.println("sandbox: " + e.getMessage());
      return 1;
    }
  }
}
