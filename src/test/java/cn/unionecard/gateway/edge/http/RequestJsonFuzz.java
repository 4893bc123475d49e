package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.edge.http.access.Jwt;
import cn.unionecard.gateway.edge.http.access.TokenForm;
import cn.unionecard.gateway.edge.http.access.TokenRules;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;

/**
 * Any bytes are a request or {@code MALFORMED}; what is a request, an ordinary parser reads alike.
 */
class RequestJsonFuzz {
  private static final TerminalId TERMINAL = new TerminalId("T0000001");
  private static final RequestId KEY = new RequestId("k");

  @FuzzTest
  void sale(byte[] body) {
    try {
      Request sale = RequestJson.sale(body, TERMINAL, KEY);
      JsonObject plain = new JsonObject(new String(body, StandardCharsets.UTF_8));
      if (!plain.getString("code").equals(sale.code())
          || plain.getLong("orderFen") != sale.order().value()) {
        throw new AssertionError("read differently: " + plain);
      }
    } catch (Fault.Malformed expected) {
      if (expected.getMessage() == null || expected.getMessage().isEmpty()) {
        throw new AssertionError("no word about what is wrong");
      }
    }
  }

  @FuzzTest
  void token(byte[] text) {
    try {
      Jwt jwt = TokenForm.ACCESS.read(new String(text, StandardCharsets.ISO_8859_1));
      TokenRules.ACCESS.check(jwt, 1_795_395_600L);
    } catch (Fault.Unauthenticated expected) {
      return;
    }
  }
}
