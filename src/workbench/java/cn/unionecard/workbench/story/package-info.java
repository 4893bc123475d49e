/**
 * One merchant's story, from the recommendation to its reinstatement, played against a running demo
 * through the doors that everybody has: the union desk, a till over HTTPS, WebSocket and ISO 8583,
 * reviews, and the feed of several unions.
 *
 * <p>{@code Story} tells it; {@code Admission}, {@code Trade} and {@code Oversight} are its acts.
 */
@NullMarked
package cn.unionecard.workbench.story;

import org.jspecify.annotations.NullMarked;
