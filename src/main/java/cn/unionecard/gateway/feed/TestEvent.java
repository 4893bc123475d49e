package cn.unionecard.gateway.feed;

import java.time.OffsetDateTime;

/**
 * A word to one webhook that asks for it, so that its keeper sees what comes of an event. Has no
 * place in the feed and no merchant: nobody's numbers count it.
 *
 * @param id the message's, of no other
 * @param org code of the organisation whose subscription it is
 * @param at when it was asked for
 */
public record TestEvent(String id, String org, long subscription, OffsetDateTime at) {

  /** A CloudEvent on one line. */
  public String json() {
    StringBuilder json = new StringBuilder();
    json.append("{\"specversion\":\"1.0\",\"id\":\"").append(id);
    json.append("\",\"source\":\"").append(CloudEvent.SOURCE);
    json.append("\",\"type\":\"").append(EventType.SUBSCRIPTION_TEST.type());
    json.append("\",\"time\":\"");
    CloudEvent.time(json, at);
    CloudEvent.text(json, "\",\"datacontenttype\":\"application/json\",\"org\":\"", org);
    json.append("\",\"data\":{\"subscription\":\"").append(subscription);
    return json.append("\"}}").toString();
  }
}
