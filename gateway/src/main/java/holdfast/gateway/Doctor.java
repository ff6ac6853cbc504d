package holdfast.gateway;

import holdfast.gateway.store.DataFolder;
import holdfast.gateway.store.Database;
import holdfast.gateway.store.DatabaseUrl;
import holdfast.gateway.store.StoreRefused;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;

/// `holdfast doctor`: one line for each thing that must be right, before anything depends on it.
final class Doctor {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Settings settings;
  private final PrintStream out;
  private boolean healthy = true;

  Doctor(Settings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  /// Returns the exit code.
  int examine() {
    say(true, "settings", "understood");
    store();
    whatsapp();
    if (settings.whatsapp().trust().isPresent()) {
      say(true, "trust", "read from " + settings.whatsapp().trust().get());
    }
    return healthy ? 0 : Main.FAILED;
  }

  private void store() {
    var data = settings.keep().data();
    if (!Files.exists(data) && settings.keep().database().isEmpty()) {
      say(true, "store", data + " will be made at the first start");
      return;
    }
    try (var folder = DataFolder.open(data);
        var database =
            Database.open(folder, settings.keep().database(), settings.keep().masterKey())) {
      database.facts().refuseUnlessSettled();
      say(
          true,
          "store",
          place() + " opens, the master key fits, " + tenants(database) + " tenants");
    } catch (StoreRefused e) {
      say(false, "store", String.valueOf(e.getMessage()));
    }
  }

  private String place() {
    var keep = settings.keep();
    return keep.database().map(DatabaseUrl::toString).orElseGet(() -> keep.data().toString());
  }

  private static int tenants(Database database) {
    return database.tenants().page("", Integer.MAX_VALUE).size();
  }

  /// By plain HTTP(S) to the same host: that the name resolves and the way is open. Sockets to
  /// WhatsApp are opened for sessions only.
  private void whatsapp() {
    var url = settings.whatsapp().url();
    var scheme = url.getScheme().equals("wss") ? "https" : "http";
    var page = URI.create(scheme + "://" + url.getAuthority() + "/");
    try (var client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      var request = HttpRequest.newBuilder(page).timeout(PATIENCE).build();
      client.send(request, HttpResponse.BodyHandlers.discarding());
      say(true, "whatsapp", url.getAuthority() + " answers");
    } catch (IOException e) {
      say(
          settings.whatsapp().trust().isPresent(), // its certificate is judged by sessions only
          "whatsapp",
          url.getAuthority() + ": " + e.getClass().getSimpleName());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void say(boolean well, String what, String line) {
    healthy &= well;
    out.printf("%-4s %-9s %s%n", well ? "ok" : "BAD", what, line);
  }
}
