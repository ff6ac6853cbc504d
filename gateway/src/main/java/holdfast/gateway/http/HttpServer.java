package holdfast.gateway.http;

import holdfast.client.SessionLoop;
import holdfast.client.Store;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinBindException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server: one virtual thread a request, every route behind the guard, every failure a problem.
public final class HttpServer implements AutoCloseable {
  /// Somebody else has the port.
  public static final class PortTaken extends RuntimeException {
    PortTaken(String address) {
      super(address + " is taken by another program");
    }
  }

  private static final Logger log = LoggerFactory.getLogger(HttpServer.class);

  /// The largest body that any route takes: a text of WhatsApp's own limit, escaped.
  private static final long MOST_BYTES = 1 << 19;

  private static final int NOT_FOUND = 404;
  private static final int NOT_ALLOWED = 405;
  private static final int TOO_LARGE = 413;

  private final Javalin javalin;
  private final String bind;

  HttpServer(String bind, int port, Guard guard, List<Route> routes, Duration idle) {
    this.bind = bind;
    this.javalin =
        Javalin.create(
            config -> {
              configure(config);
              config.jetty.addConnector(
                  (server, http) -> {
                    var connector = new ServerConnector(server, new HttpConnectionFactory(http));
                    connector.setHost(bind);
                    connector.setPort(port);
                    connector.setIdleTimeout(idle.toMillis());
                    return connector;
                  });
              routes.forEach(route -> add(config, guard, route));
              failures(config);
            });
    try {
      javalin.start();
    } catch (JavalinBindException e) {
      throw new PortTaken(bind + ":" + port);
    }
  }

  private static void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.startupWatcherEnabled = false;
    config.concurrency.useVirtualThreads = true;
    config.http.maxRequestSize = MOST_BYTES;
    config.http.prefer405over404 = true;
    config.jetty.modifyServer(server -> server.setStopTimeout(2_000));
    config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
  }

  private static void add(JavalinConfig config, Guard guard, Route route) {
    config.routes.addHttpHandler(
        HandlerType.findOrCreate(route.method()),
        route.path(),
        request -> {
          guard.check(request, route);
          if (route.flowing()) {
            route.handler().handle(request);
          } else {
            if (!route.method().equals("GET")) {
              request.bodyAsBytes(); // all of it has come before anybody is let take his time
            }
            Idle.duringWork(request, () -> route.handler().handle(request));
          }
        });
  }

  private static void failures(JavalinConfig config) {
    config.routes.exception(Refusal.class, (refusal, request) -> Answers.problem(request, refusal));
    config.routes.exception(
        HttpResponseException.class,
        (e, request) -> Answers.problem(request, refusal(e.getStatus())));
    config.routes.exception(
        Exception.class, (e, request) -> Answers.problem(request, refusal(request, e)));
  }

  private static Refusal refusal(int status) {
    return switch (status) {
      case NOT_FOUND -> Refusal.of(Problem.NOT_FOUND);
      case NOT_ALLOWED -> Refusal.of(Problem.METHOD_NOT_ALLOWED);
      case TOO_LARGE -> Refusal.of(Problem.TOO_LARGE);
      default -> Refusal.of(Problem.INVALID_REQUEST, "the request can't be read");
    };
  }

  private static Refusal refusal(Context request, Exception e) {
    var cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
    return switch (cause) {
      case SessionLoop.Restarted _ -> Refusal.of(Problem.STORE_UNAVAILABLE);
      case Refusal refusal -> refusal;
      case Store.StoreUnavailable _ -> Refusal.of(Problem.STORE_UNAVAILABLE);
      case Store.StaleEpoch _ ->
          Refusal.of(Problem.STORE_UNAVAILABLE, "another process has taken this tenant over");
      default -> {
        log.error("{} {} failed", request.method(), request.endpoint().path, cause);
        yield Refusal.of(Problem.INTERNAL);
      }
    };
  }

  public int port() {
    return javalin.port();
  }

  /// As people type it.
  public String url() {
    var host = bind.equals("0.0.0.0") || bind.equals("::") ? "127.0.0.1" : bind;
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port();
  }

  /// Requests that are still at work after a grace of two seconds are cut off.
  @Override
  public void close() {
    try {
      javalin.jettyServer().server().stop();
    } catch (TimeoutException _) {
      log.info("stopped without waiting for what was still asked");
    } catch (Exception e) {
      throw new IllegalStateException("the HTTP server can't be stopped", e);
    }
  }
}
