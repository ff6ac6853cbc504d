package holdfast.client.netty;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker13;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import java.net.URI;

/// The upgrade to a WebSocket, and how strictly its messages are read.
///
/// By itself Netty closes a connection whose messages are too long or malformed before it says so:
/// it would seem to have ended without a reason. Here it only says so, and the connection ends with
/// that as its reason.
final class Upgrade extends WebSocketClientHandshaker13 {
  private final int mostBytes;

  Upgrade(URI url, int mostBytes) {
    super(
        url,
        WebSocketVersion.V13,
        null,
        false,
        new DefaultHttpHeaders().set("Origin", "https://web.whatsapp.com"),
        mostBytes,
        true,
        false,
        0);
    this.mostBytes = mostBytes;
  }

  @Override
  protected WebSocketFrameDecoder newWebsocketDecoder() {
    return new WebSocket13FrameDecoder(
        WebSocketDecoderConfig.newBuilder()
            .expectMaskedFrames(false)
            .allowExtensions(false)
            .maxFramePayloadLength(mostBytes)
            .closeOnProtocolViolation(false)
            .build());
  }
}
