package holdfast.sandbox.iq;

import holdfast.stanza.Element;
import java.util.List;

/// `w:m`: where media go.
final class MediaConnection implements Namespace {
  private static final long MOST_BYTES = 104_857_600;

  @Override
  public List<Element> answer(Request request) {
    return List.of(
        Element.of("media_conn")
            .with("auth", "sandbox")
            .with("ttl", 3600)
            .with("auth_ttl", 21600)
            .with("max_buckets", 12)
            .containing(
                Element.of("host")
                    .with("hostname", request.world().mediaHost())
                    .with("maxContentLengthBytes", MOST_BYTES)));
  }
}
