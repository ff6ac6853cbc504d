package holdfast.sandbox.server;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.concurrent.Executor;

/// The first look at a request: an upgrade becomes a wire, everything else goes to the handler.
final class Front extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final int MOST_BYTES = 0xFFFFFF + 1024;
  private static final int FLUSH_AFTER = 64;

  private final Network network;
  private final HttpHandler handler;
  private final Executor executor;

  Front(Network network, HttpHandler handler, Executor executor) {
    this.network = network;
    this.handler = handler;
    this.executor = executor;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    if (request.headers().contains(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
      upgrade(ctx, request);
    } else if (!isLocal(request)) {
      // A page of the web that has bent its own name to this address must not control anything.
      respond(ctx, text(403, "this interface is for the local machine"), false);
    } else {
      call(ctx, request);
    }
  }

  private void upgrade(ChannelHandlerContext ctx, FullHttpRequest request) {
    var factory =
        new WebSocketServerHandshakerFactory("ws://sandbox/ws/chat", null, false, MOST_BYTES);
    var handshaker = factory.newHandshaker(request);
    if (handshaker == null) {
      var _ = WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(ctx.channel());
      return;
    }
    var _ =
        handshaker
            .handshake(ctx.channel(), request)
            .addListener(
                done -> {
                  if (done.isSuccess()) {
                    ctx.pipeline().addLast(new FlushConsolidationHandler(FLUSH_AFTER, true));
                    ctx.pipeline().addLast(new WebSocketFrameAggregator(MOST_BYTES));
                    ctx.pipeline().addLast(new WireChannel(network));
                    ctx.pipeline().remove(this);
                  }
                });
  }

  private static boolean isLocal(FullHttpRequest request) {
    var host = request.headers().get(HttpHeaderNames.HOST, "localhost");
    var name = host.startsWith("[") ? host.substring(0, host.indexOf(']') + 1) : host.split(":")[0];
    return name.equals("localhost") || name.equals("127.0.0.1") || name.equals("[::1]");
  }

  private void call(ChannelHandlerContext ctx, FullHttpRequest request) {
    var uri = new QueryStringDecoder(request.uri());
    var query = new HashMap<String, String>();
    uri.parameters().forEach((name, values) -> query.put(name, values.getFirst()));
    var call =
        new HttpHandler.Call(
            request.method().name(), uri.path(), query, ByteBufUtil.getBytes(request.content()));
    boolean keepAlive = HttpUtil.isKeepAlive(request);
    executor.execute(
        () -> {
          var answer = handler.handle(call);
          ctx.executor().execute(() -> respond(ctx, answer, keepAlive));
        });
  }

  private static HttpHandler.Answer text(int status, String text) {
    return new HttpHandler.Answer(
        status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  private static void respond(
      ChannelHandlerContext ctx, HttpHandler.Answer answer, boolean keepAlive) {
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            Unpooled.wrappedBuffer(answer.body()));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
    response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
    ChannelFuture written = ctx.writeAndFlush(response);
    if (!keepAlive) {
      var _ = written.addListener(ChannelFutureListener.CLOSE);
    }
  }
}
