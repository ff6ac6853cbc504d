package holdfast.gateway;

import holdfast.client.Names;
import holdfast.gateway.http.QrPicture;
import holdfast.session.Status;
import java.io.PrintStream;
import java.util.Optional;
import java.util.function.Consumer;

/// Draws each new QR of a tenant in the terminal (R9), for who sits before it.
final class TerminalQr implements Consumer<Status> {
  private final String tenant;
  private final PrintStream out;
  private Optional<String> shown = Optional.empty();

  TerminalQr(String tenant, PrintStream out) {
    this.tenant = tenant;
    this.out = out;
  }

  @Override
  public void accept(Status status) {
    var qr = status.prompt().flatMap(Status.Prompt::qr);
    if (qr.isPresent() && !qr.equals(shown)) {
      out.println("scan this to link " + Names.masked(tenant) + ":");
      out.println(QrPicture.of(qr.get()).text());
      out.flush();
    }
    shown = qr;
  }
}
