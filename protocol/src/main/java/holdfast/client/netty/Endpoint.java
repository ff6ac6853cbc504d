package holdfast.client.netty;

import holdfast.noise.Certificates;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/// Where WhatsApp is, and what proves it: the real one, or any server that speaks the protocol.
///
/// `root`: the 32-byte root of its Noise certificates. `trust`: a PEM file with the CA of its TLS
/// certificate, when that isn't one that everybody trusts.
public record Endpoint(URI url, byte[] root, Optional<Path> trust) {
  public static final Endpoint WHATSAPP =
      new Endpoint(
          URI.create("wss://web.whatsapp.com/ws/chat"),
          Certificates.WHATSAPP_ROOT,
          Optional.empty());

  public Endpoint {
    var scheme = url.getScheme();
    if (!"ws".equals(scheme) && !"wss".equals(scheme)) {
      throw new IllegalArgumentException("the URL of WhatsApp must be ws:// or wss://: " + url);
    }
    if (root.length != 32) {
      throw new IllegalArgumentException("the Noise root must have 32 bytes");
    }
  }

  boolean isTls() {
    return url.getScheme().equals("wss");
  }

  int port() {
    return url.getPort() > 0 ? url.getPort() : isTls() ? 443 : 80;
  }
}
