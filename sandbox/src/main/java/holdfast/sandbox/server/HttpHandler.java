package holdfast.sandbox.server;

import java.util.Map;

/// Answers the plain HTTP requests that come to the sandbox's port.
public interface HttpHandler {
  /// `query`: the first value of each name.
  record Call(String method, String path, Map<String, String> query, byte[] body) {}

  record Answer(int status, String contentType, byte[] body) {}

  /// Called on a thread that may wait; never throws.
  Answer handle(Call call);
}
